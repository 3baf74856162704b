/// What of a query decides its SQL; all else is a parameter.
struct QueryShape: Hashable {
    /// The kinds of sort conditions.
    enum Sort: Hashable {
        case all, equals, lessThan, lessOrEqual, greaterThan, greaterOrEqual, between, prefix
    }

    /// The index's position; nil is the table's own key.
    let index: Int?
    let sort: Sort
    let ascending: Bool
    let isContinued: Bool

    /// Parameters: 1 partition; 2 seconds; 3, 4 sort values; 5 limit; 6 index sort, 7, 8 key after.
    func sql(for names: SQLiteNames) -> String {
        let definition = names.schema.definition
        let source = index.map { "\(names.items) INDEXED BY \(names.index($0))" } ?? names.items
        let columns = index.map { names.indexColumns($0) + names.keyColumns } ?? names.keyColumns
        let sortKey = index.map { definition.indexes[$0].sortKey } ?? definition.sortKey
        let sortColumn = index.map { "index\($0)_sort" } ?? "sort"
        var terms = ["\(columns[0]) = ?1"]
        if definition.expiryAttribute != nil {
            terms.append("(expiry IS NULL OR expiry > ?2)")
        }
        terms += sortTerms(column: sortColumn)
        if isContinued {
            // The columns behind the partition, whose order is the query's.
            let order = columns.dropFirst()
            var parameters = definition.sortKey == nil ? ["?7"] : ["?7", "?8"]
            if index == nil {
                parameters.removeFirst()
            } else if sortKey != nil {
                parameters.insert("?6", at: 0)
            }
            terms.append(
                order.isEmpty
                    ? "0"
                    : "(\(order.joined(separator: ", "))) \(ascending ? ">" : "<") "
                        + "(\(parameters.joined(separator: ", ")))")
        }
        let order = columns.dropFirst().map { ascending ? $0 : "\($0) DESC" }
        return "SELECT item FROM \(source) WHERE \(terms.joined(separator: " AND "))"
            + (order.isEmpty ? "" : " ORDER BY \(order.joined(separator: ", "))") + " LIMIT ?5"
    }

    private func sortTerms(column: String) -> [String] {
        switch sort {
        case .all: []
        case .equals: ["\(column) = ?3"]
        case .lessThan: ["\(column) < ?3"]
        case .lessOrEqual: ["\(column) <= ?3"]
        case .greaterThan: ["\(column) > ?3"]
        case .greaterOrEqual: ["\(column) >= ?3"]
        case .between: ["\(column) BETWEEN ?3 AND ?4"]
        case .prefix: ["\(column) >= ?3", "\(column) < ?4"]
        }
    }
}
