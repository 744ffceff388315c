/// The JSON texts that the path tables read.
enum Document {
    static let people = #"""
        {
          "name": {"first": "Tom", "last": "Anderson"},
          "age":37,
          "children": ["Sara","Alex","Jack"],
          "fav.movie": "Deer Hunter",
          "friends": [
            {"first": "Dale", "last": "Murphy", "age": 44, "nets": ["ig", "fb", "tw"]},
            {"first": "Roger", "last": "Craig", "age": 68, "nets": ["fb", "tw"]},
            {"first": "Jane", "last": "Murphy", "age": 47, "nets": ["ig", "tw"]}
          ]
        }
        """#

    static let truths = #"""
        {"vals": [
          {"a": 1, "b": "data"}, {"a": 2, "b": true}, {"a": 3, "b": false}, {"a": 4, "b": "0"}, {"a": 5, "b": 0},
          {"a": 6, "b": "1"}, {"a": 7, "b": 1}, {"a": 8, "b": "true"}, {"a": 9, "b": false}, {"a": 10, "b": null}, {"a": 11}
        ]}
        """#

    static let chat = #"""
        {"model":"gpt-4o","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"First?"},{"role":"assistant","content":"One."},{"role":"user","content":"Second \"quoted\"?"},{"role":"assistant","content":null}],"stream":true,"choices":[{"index":0,"message":{"role":"assistant","content":"Done."},"delta":{"content":"Do"}}]}
        """#

    static let scalars = #"""
        {"zero":0,"int":42,"negative":-7,"fraction":1.50,"exponent":1e3,"big":123456789012345678901234567890,"tiny":1.5e-7,"yes":true,"no":false,"none":null,"empty":"","text":"plain","object":{},"array":[],"nested":{"a":{"b":{"c":[[1,2],[3,[4]]]}}}}
        """#

    static let keys = #"""
        {"":"empty","a.b":"dot","a|b":"pipe","a*b":"star","a?b":"mark","a#b":"hash","#":"lone hash","@this":"at","!true":"bang","a\\b":"backslash","quo\"te":"quote","\u00e9t\u00e9":"escaped","été2":"verbatim","{x}":"braces","[0]":"brackets","1":"digit","name with space":"space","dup":1,"dup":2,"日本":"kanji","abXcd":"long"}
        """#

    static let mixed = #"""
        [1,"two",true,false,null,{"k":"v","n":1},[7,8,[9]],2.5,"","two"]
        """#

    static let strings = #"""
        {"newline":"a\nb","unicode":"\u0041\u00e9\u20ac","pair":"\ud83d\ude00","lone":"x\ud83dy","slash":"a\/b","tab":"\t","controls":"\b\f\r","html":"<a&b>","json":"{\"id\":1,\"list\":[1,2]}","emoji":"😀","quote":"say \"hi\"","back":"c:\\dir"}
        """#

    static let lines = #"""
        {"name":"Gilbert","age":61}
        {"name":"Alexa","age":34}
        {"name":"May","age":57}
        ["x",1]
        "plain"

        """#

    static let columns = #"""
        {"id":["a","b","c"],"n":[1,2,3],"skip":"x","short":[true]}
        """#

    static let parts = #"""
        [{"first":"Tom","age":37},{"age":41,"city":"Rome"},5,{"first":"Ann"}]
        """#

    static let deep = #"""
        [1,[2],[3,4],[5,[6,[7]]],[],{"a":[8]}]
        """#

    static let tree = #"""
        {"id":1,"kids":[{"id":2,"kids":[{"id":3}]},{"name":"x"}],"meta":{"id":{"id":4}}}
        """#
}
