/// Words that no signal may have in its name: a card cannot even ask for personal data.
enum PersonalData {
    private static let words = [
        "name", "firstname", "lastname", "surname", "username", "email", "phone", "telephone",
        "street", "zip", "postcode", "pnr", "ticket", "passport", "card", "pan", "iban", "cvv",
        "ip",
        "ipv4", "ipv6", "latitude", "longitude", "lat", "lon", "lng", "coordinates", "birth",
        "birthdate", "birthday", "dob", "gender", "nationality", "text", "comment", "note",
    ]

    /// Whether one of the parts of a name, which underscores separate, is such a word.
    static func isNamed(_ name: String) -> Bool {
        name.split(separator: "_").contains { words.contains(String($0)) }
    }
}
