import APIVersionFilter
import BundledFilters
import GatewayCommands

await GatewayCommandLine.main(filters: bundledFilters + [APIVersion.self])
