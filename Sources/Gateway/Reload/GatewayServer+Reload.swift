import Downstream
import FilterAPI
import FilterRuntime
import GatewayConfiguration
import Logging
import NIOCore
import Upstream

extension GatewayServer {
    /// Reads the configuration file again and puts it in force, or refuses it as a whole.
    ///
    /// No connection is closed and no request fails: streams keep the configuration that they began with, connections
    /// get the new one with their next stream. Services, filters and listeners that did not change stay as they are.
    /// Reloads that are asked for at the same time run one after the other.
    ///
    /// - Returns: What became of it. It is refused for a configuration that came from no file, and once the gateway
    ///   drains.
    @discardableResult
    public func reload() async -> ReloadOutcome {
        await self.enqueueReload().value
    }

    /// Whether the configuration came from a file, so that it can be read again.
    public var canReload: Bool { self.plan.origin != nil }

    func reloadNow() async -> ReloadOutcome {
        let (result, issues) = await self.attempt()
        let outcome = ReloadOutcome(result: result, hash: self.plan.configuration.digest, issues: issues)
        self.ended(outcome)
        self.log(outcome)
        ProgramCode.release()
        return outcome
    }

    private func attempt() async -> (ReloadOutcome.Result, [ConfigurationIssue]) {
        let (before, isDraining) = (self.plan, self.isDraining)
        guard !isDraining else { return (.refused, [.refusal("the gateway drains")]) }
        guard let path = before.origin?.path else {
            return (.refused, [.refusal("the configuration was not read from a file")])
        }
        let (plan, issues, origin) = GatewayPlan.load(
            path: path,
            registry: before.registry,
            surroundings: self.surroundings,
            reusing: before
        )
        self.looked(at: origin)
        guard let plan else { return await self.refused(issues) }
        do throws(ReloadRefusal) {
            let services = try self.services(of: plan)
            let opening = try await self.open(plan)
            await self.change(to: plan, services, opening)
        } catch {
            return await self.refused(issues + error.issues)
        }
        let isSame = plan.configuration.source.hasEqualContent(before.configuration.source)
        return (isSame ? .unchanged : .applied, issues)
    }

    /// What was built for nothing is forgotten.
    private func refused(_ issues: [ConfigurationIssue]) async -> (ReloadOutcome.Result, [ConfigurationIssue]) {
        await self.surroundings.shared.forget(except: self.plan.sharedKeys)
        return (.refused, issues)
    }

    private func services(of plan: GatewayPlan) throws(ReloadRefusal) -> ServiceSet {
        do {
            return try self.registry.services(plan.services, reusing: self.services)
        } catch let error as ServiceSetError {
            throw ReloadRefusal(issues: error.failures.map { .refusal($0, in: plan.configuration) })
        } catch {
            throw ReloadRefusal(issues: [.refusal("\(error)")])
        }
    }

    /// Everything that can fail has happened: nothing here can be refused.
    private func change(to plan: GatewayPlan, _ services: ServiceSet, _ opening: ListenerOpening) async {
        for loop in self.loops { await loop.run { $0.change(to: plan, services: services) } }
        self.inForce(plan, services, opening)
        plan.nowInForce()
        await self.accept(opening)
        self.memory.change(to: MemoryBudget(configured: plan.configuration.memory, system: SystemMemory.available()))
        let timeout = TimeAmount(plan.configuration.drainTimeout)
        await self.park(opening)
        for open in opening.removed { await open.listener.drain(within: timeout) }
        await self.surroundings.shared.forget(except: plan.sharedKeys)
    }

    private func log(_ outcome: ReloadOutcome) {
        let logger = self.surroundings.logger
        for warning in outcome.warnings { logger.warning("\(warning)") }
        guard outcome.result == .refused else {
            logger.info("configuration reloaded", metadata: ["hash": "\(outcome.hash)", "result": "\(outcome.result)"])
            return
        }
        for error in outcome.errors {
            logger.error("configuration refused, the old one stays", metadata: ["error": "\(error)"])
        }
    }
}

/// Why a configuration that reads well cannot be put in force.
struct ReloadRefusal: Error {
    let issues: [ConfigurationIssue]
}

extension ConfigurationIssue {
    /// An error that belongs to no place of the file.
    static func refusal(_ message: String) -> ConfigurationIssue {
        ConfigurationIssue(
            .error,
            position: SourcePosition(file: "reload", line: 0, column: 0),
            location: "",
            message: message
        )
    }

    /// An error of what a reference names.
    static func refusal(_ message: String, at reference: ConfigurationReference?) -> ConfigurationIssue {
        guard let reference else { return .refusal(message) }
        return ConfigurationIssue(
            .error,
            position: reference.position,
            location: reference.location.description,
            message: message
        )
    }

    fileprivate static func refusal(
        _ failure: ServiceSetError.Failure,
        in configuration: GatewayConfiguration
    ) -> ConfigurationIssue {
        let service = configuration.services.first { $0.address == failure.service }
        return .refusal(failure.message, at: service?.nameReference)
    }
}
