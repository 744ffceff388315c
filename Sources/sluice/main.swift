import BundledFilters
import GatewayCommands

await GatewayCommandLine.main(filters: bundledFilters)
