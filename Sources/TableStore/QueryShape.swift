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

    /// A column by which the items are ordered, and the parameter with its value at the start.
    struct OrderColumn {
        let name: String
        let attribute: KeyAttribute
        let parameter: Int
    }

    /// The columns that order the items of a partition.
    func order(in definition: TableDefinition) -> [OrderColumn] {
        var columns: [OrderColumn] = []
        func append(_ name: String, _ attribute: KeyAttribute?) {
            guard let attribute else { return }
            columns.append(
                OrderColumn(name: name, attribute: attribute, parameter: 6 + columns.count))
        }
        // A column that is fixed has no order, and naming it would make SQLite sort.
        let isFixed = sort == .equals
        if let index {
            if !isFixed { append("index\(index)_sort", definition.indexes[index].sortKey) }
            append("partition", definition.partitionKey)
            append("sort", definition.sortKey)
        } else if !isFixed {
            append("sort", definition.sortKey)
        }
        return columns
    }

    /// Parameters: 1 partition; 2 seconds; 3, 4 sort values; 5 limit; from 6 on the start.
    func sql(for names: SQLiteNames) -> String {
        let definition = names.schema.definition
        let order = order(in: definition)
        var terms = ["\(index.map { "index\($0)_" } ?? "")partition = ?1"]
        if definition.expiryAttribute != nil {
            terms.append("(expiry IS NULL OR expiry > ?2)")
        }
        terms += sortTerms(column: "\(index.map { "index\($0)_" } ?? "")sort")
        if isContinued {
            let columns = order.map(\.name).joined(separator: ", ")
            let start = order.map { "?\($0.parameter)" }.joined(separator: ", ")
            // Behind the only item there can be is nothing.
            terms.append(
                order.isEmpty ? "0" : "(\(columns)) \(ascending ? ">" : "<") (\(start))")
        }
        let columns = order.map { ascending ? $0.name : "\($0.name) DESC" }
        return "SELECT item FROM \(names.items) INDEXED BY \(index.map(names.index) ?? names.key)"
            + " WHERE \(terms.joined(separator: " AND "))"
            + (columns.isEmpty ? "" : " ORDER BY \(columns.joined(separator: ", "))")
            + " LIMIT ?5"
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
