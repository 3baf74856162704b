/// Words that no signal may have in its name: a card cannot even ask for personal data.
enum PersonalData {
    private static let words: Set<String> = [
        "name", "firstname", "lastname", "surname", "email", "mail", "phone", "mobile", "address",
        "street", "zip", "postcode", "pnr", "booking", "ticket", "passport", "visa", "pan", "card",
        "iban", "cvv", "ip", "ipv4", "ipv6", "latitude", "longitude", "lat", "lon", "lng",
        "coordinates", "birth", "birthdate", "birthday", "dob", "age", "gender", "nationality",
        "user", "username", "customer", "passenger", "traveller", "text", "comment", "note",
    ]

    /// Whether one of the parts of a name, which underscores separate, is such a word.
    static func isNamed(_ name: String) -> Bool {
        name.split(separator: "_").contains { words.contains(String($0)) }
    }
}
