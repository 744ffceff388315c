import GatewayConfiguration
import Upstream

extension TracingSettings {
    init(_ configuration: TracingConfiguration) {
        self.init(service: configuration.service)
        self.path = configuration.path
        self.sampling = configuration.sampling
        self.isParentBased = configuration.isParentBased
        self.serviceName = configuration.serviceName
        self.headers = configuration.headers
        self.queueSize = configuration.queueSize
        self.batchSize = configuration.batchSize
        self.interval = configuration.interval
        self.timeout = configuration.timeout
    }
}
