/// What the status page looks like, and how its figures follow the gateway.
enum StatusPageAssets {
    static let style = """
        :root{color-scheme:light dark;--line:#d8dee6;--soft:#5b6673;--card:#f4f6f9;--good:#0a7a3d;--bad:#b3261e;--warn:#8a5a00}
        @media (prefers-color-scheme:dark){:root{--line:#39424d;--soft:#9aa5b1;--card:#20262d;--good:#5fd38d;--bad:#ff8a80;--warn:#f0b849}
        body{background:#15191e;color:#e6eaef}}
        body{font:14px/1.45 system-ui,sans-serif;margin:0 auto;max-width:1180px;padding:16px 20px 40px}
        h1{font-size:20px;margin:0 12px 0 0}h2{font-size:15px;margin:26px 0 6px}
        header{display:flex;align-items:baseline;flex-wrap:wrap}header p{margin:0;color:var(--soft)}
        dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(120px,1fr));gap:8px;margin:14px 0 0}
        dl div{background:var(--card);border-radius:6px;padding:8px 12px}
        dt{color:var(--soft);font-size:12px}dd{margin:0;font-size:19px;font-variant-numeric:tabular-nums;white-space:nowrap}
        .t{overflow-x:auto}table{border-collapse:collapse;width:100%}
        th,td{text-align:left;padding:4px 14px 4px 0;border-bottom:1px solid var(--line);vertical-align:top}
        th{color:var(--soft);font-weight:500;font-size:12px}
        .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;padding-right:8px}
        .sub{padding-left:18px;color:var(--soft)}code{font-size:13px}
        .good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}
        footer{margin-top:26px;color:var(--soft)}a{color:inherit;margin-left:10px}
        """

    /// Asks `/status` every two seconds and shows the difference to the last answer. A changed configuration loads the
    /// page anew.
    static let script = """
        "use strict";
        const cells=new Map();
        for(const e of document.querySelectorAll("[data-v]"))cells.set(e.dataset.v,e);
        const put=(k,t,c)=>{const e=cells.get(k);if(!e)return;if(e.textContent!==t)e.textContent=t;
        if(c!==undefined){e.classList.remove("good","bad","warn");if(c)e.classList.add(c);}};
        const count=n=>Math.round(n).toLocaleString("en-US");
        const rate=n=>n===0?"0":n<1?n.toFixed(2):n<100?n.toFixed(1):count(n);
        const time=s=>s===null||s===undefined?"-":s>=1?s.toFixed(2)+" s":s>=.001?(s*1e3).toFixed(1)+" ms":(s*1e6).toFixed(1)+" us";
        const bytes=n=>{if(n===null||n===undefined)return"-";let i=0;while(n>=1024&&i<4){n/=1024;i++;}
        return n.toFixed(i?1:0)+" "+["B","KiB","MiB","GiB","TiB"][i];};
        const age=s=>{let r=Math.floor(s);const p=[];for(const[u,n]of[[86400,"d"],[3600,"h"],[60,"m"],[1,"s"]]){
        if(p.length<2&&(r>=u||(u===1&&!p.length)))p.push(Math.floor(r/u)+n);r%=u;}return p.join(" ");};
        const quantile=(d,b,q)=>{const c=d.counts.map((n,i)=>Math.max(0,n-(b?b.counts[i]:0)));
        const total=c.reduce((x,y)=>x+y,0);if(!total)return null;let below=0;const rank=q*total;
        for(let i=0;i<d.bounds.length;i++){if(c[i]&&below+c[i]>=rank){const low=i?d.bounds[i-1]:0;
        return low+(d.bounds[i]-low)*(rank-below)/c[i];}below+=c[i];}return d.bounds[d.bounds.length-1];};
        const named=(list,key,value)=>list&&list.find(e=>e[key]===value);
        const standing=e=>!e.is_healthy?"unhealthy":e.is_ejected?"ejected":e.is_avoided?"avoided":"healthy";
        let last=null;
        const show=now=>{
        if(now.configuration.hash!==document.body.dataset.hash)return location.reload();
        const b=last&&now.uptime>=last.uptime?last:null;
        const span=Math.max(.001,b?now.time-b.time:now.uptime);
        const per=(n,m)=>Math.max(0,n-(m||0))/span;
        const sum=t=>Object.values(t.requests).reduce((x,y)=>x+y,0);
        put("state",now.state,now.state==="ready"?"good":"warn");
        put("uptime",age(now.uptime));put("age",age(now.configuration.age));
        put("rps",rate(per(sum(now.traffic),b&&sum(b.traffic))));
        put("fps",rate(per(now.traffic.requests["5xx"],b&&b.traffic.requests["5xx"])));
        put("p50",time(quantile(now.traffic.durations,b&&b.traffic.durations,.5)));
        put("p99",time(quantile(now.traffic.durations,b&&b.traffic.durations,.99)));
        put("sent",bytes(per(now.traffic.bytes_sent,b&&b.traffic.bytes_sent)));
        put("connections",count(now.traffic.connections));put("streams",count(now.traffic.streams));
        put("memory",bytes(now.process.resident_memory));
        for(const l of now.listeners)for(const[k,v]of[["open",l.connections],["accepted",l.accepted],["refused",l.refused]])
        put("l:"+l.name+":"+k,count(v));
        for(const s of now.services){const o=named(b&&b.services,"name",s.name);const k="s:"+s.name+":";
        put(k+"rps",rate(per(s.requests,o&&o.requests)));put(k+"eps",rate(per(s.errors,o&&o.errors)));
        put(k+"p99",time(quantile(s.durations,o&&o.durations,.99)));put(k+"active",count(s.active));put(k+"idle",count(s.idle));
        put(k+"state",s.open_limits.length?"breaker: "+s.open_limits.join(", "):"");
        for(const e of s.endpoints){const p=named(o&&o.endpoints,"address",e.address);const k="e:"+s.name+":"+e.address+":";
        if(!cells.has(k+"state"))return location.reload();
        put(k+"state",standing(e),standing(e)==="healthy"?"good":"bad");put(k+"active",count(e.active));
        put(k+"rps",rate(per(e.requests,p&&p.requests)));put(k+"eps",rate(per(e.errors,p&&p.errors)));}}
        for(const f of now.filters){const o=named(b&&b.filters,"name",f.name);const k="f:"+f.name+":";
        put(k+"cps",rate(per(f.calls,o&&o.calls)));put(k+"time",time(f.call_time));put(k+"answers",count(f.local_responses));
        put(k+"errors",count(f.errors));put(k+"suspended",age(f.suspended_time));}
        put("basis",b?"Rates are those of the last "+Math.round(span)+" s.":"Rates are averages since the start.");
        last=now;};
        const ask=async()=>{try{const r=await fetch("/status",{cache:"no-store"});if(r.ok)show(await r.json());
        else put("state","status "+r.status,"bad");}
        catch{put("state","unreachable","bad");}finally{setTimeout(ask,2000);}};
        ask();
        """
}
