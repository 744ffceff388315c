import NIOCore

// Turns of the streams, and flushes.
extension HTTP2Connection {
    /// How often streams may go on within one flush before other connections have their turn.
    private static let rounds = 16

    /// A part of the stream's body waits for its turn.
    func wait(_ stream: HTTP2Stream) {
        self.isFlushWanted = true
        guard !stream.isWaiting else { return }
        stream.isWaiting = true
        self.waiting.append(stream.id)
    }

    /// Something follows for the stream from what was written.
    func mark(_ stream: HTTP2Stream) {
        guard !stream.isMarked else { return }
        stream.isMarked = true
        self.marked.append(stream.id)
        self.flushSoon()
    }

    /// Flushes when the current read cycle, or the current turn of the event loop, is over.
    func flushSoon() {
        self.isFlushWanted = true
        guard !self.isInReadCycle, !self.isFlushing, !self.isFlushScheduled, !self.isClosing else { return }
        self.isFlushScheduled = true
        self.channel.eventLoop.assumeIsolated().execute {
            self.isFlushScheduled = false
            self.flushNow()
        }
    }

    /// Writes what waits, and lets streams go on that waited for it.
    func flushNow() {
        guard !self.isFlushing else { return }
        self.isFlushing = true
        var round = 0
        while self.isFlushWanted, round < HTTP2Connection.rounds {
            self.isFlushWanted = false
            round += 1
            self.writeWaiting()
            self.handOver()
            self.context?.flush()
            self.settleMarked()
        }
        self.isFlushing = false
        if let failure = self.failure { self.fail(failure) }
        if self.isFlushWanted { self.flushSoon() }
        if self.streams.isEmpty { self.giveBackSpare() }
    }

    /// Writes what waits of a stream, unless others were first.
    func writeNow(_ stream: HTTP2Stream) {
        if self.waiting.count == 1, stream.isWaiting { self.writeWaiting() }
    }

    /// Writes bodies as far as windows and channel admit them, a frame of each stream in turn: priorities are not used
    /// (RFC 9113, section 5.3.2).
    private func writeWaiting() {
        var next = 0
        while next < self.waiting.count, self.isWritable, self.sendWindow.available > 0, !self.isClosing {
            let id = self.waiting[next]
            next += 1
            guard let stream = self.streams[id] else { continue }
            if stream.writeFrame(upTo: self.sendWindow.available) {
                self.waiting.append(id)
            } else {
                stream.isWaiting = false
            }
        }
        if next == self.waiting.count {
            self.waiting.removeAll(keepingCapacity: true)
        } else {
            self.waiting.removeFirst(next)
        }
    }

    private func settleMarked() {
        var next = 0
        while next < self.marked.count {
            let stream = self.streams[self.marked[next]]
            next += 1
            stream?.isMarked = false
            stream?.settle()
        }
        self.marked.removeAll(keepingCapacity: true)
    }
}
