/// The configuration that `sluice demo` serves.
enum DemoConfiguration {
    /// The key of the demo's one consumer.
    static let key = "demo-key"

    /// The file.
    ///
    /// - Parameters:
    ///   - port: The port of the listener; 0 lets the system choose one.
    ///   - upstreamPort: The port of the scripted upstream.
    static func text(port: Int, upstreamPort: Int) -> String {
        """
        listeners:
          - name: http
            address: 127.0.0.1:\(port)

        services:
          - name: model
            type: static
            domain: 127.0.0.1:\(upstreamPort)

        routes:
          - name: chat
            match: { path: { prefix: /v1/ } }
            service: model.static

        filters:
          - filter: skip-header
          - filter: key-auth
            config:
              keys: [authorization]
              in_query: false
              consumers: [{ name: demo, credential: \(self.key) }]
          - filter: ai-cache
            config:
              cache: { type: memory }
              embedding: { type: ngram }
              vector: { type: memory, threshold: 0.85, thresholdRelation: gt }
          - filter: access-log

        """
    }
}
