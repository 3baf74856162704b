/// A page of a query's answer.
public struct QueryPage: Sendable, Hashable {
    /// The items in order; an expired item is left out.
    public var items: [Item]
    /// Where the next page begins (`Query.after`); nil when the answer is complete.
    ///
    /// A page that is full has a `next` even where nothing follows: the page after it is then
    /// empty.
    public var next: Item?

    /// Makes a page.
    public init(items: [Item], next: Item?) {
        self.items = items
        self.next = next
    }
}
