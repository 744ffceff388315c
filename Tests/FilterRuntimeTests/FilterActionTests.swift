import FilterAPI
import Testing

@Test func anActionFitsInThreeWords() {
    #expect(MemoryLayout<FilterAction>.size <= 24)
}
