//! Line icons, drawn for this project on a grid of 24; inlined where they are used, always beside a word.

/// The drawing of an icon as the inside of an `<svg>`.
fn drawing(name: &str) -> &'static str {
    match name {
        "home" => "<path d=\"M3.5 11 12 4l8.5 7\"/><path d=\"M6 9.5V20h12V9.5\"/><path d=\"M10 20v-5.5h4V20\"/>",
        "friends" => {
            "<circle cx=\"9\" cy=\"8.5\" r=\"3.2\"/><path d=\"M3 19.5c0-3.6 2.6-5.6 6-5.6s6 2 6 5.6\"/>\
             <path d=\"M15.5 5.6a3 3 0 0 1 0 5.8M17.5 14.3c2.2.7 3.5 2.5 3.5 5.2\"/>"
        }
        "me" => "<circle cx=\"12\" cy=\"8\" r=\"3.8\"/><path d=\"M4.5 20.5c0-4.2 3.3-6.6 7.5-6.6s7.5 2.4 7.5 6.6\"/>",
        "search" => "<circle cx=\"10.8\" cy=\"10.8\" r=\"6.3\"/><path d=\"m15.6 15.6 4.9 4.9\"/>",
        "bell" => "<path d=\"M6 16.5V11a6 6 0 0 1 12 0v5.5l1.6 1.7H4.4z\"/><path d=\"M10 20.8h4\"/>",
        "pen" => {
            "<path d=\"M4 20l1-4.5L16.5 4a2 2 0 0 1 3 0l.5.5a2 2 0 0 1 0 3L8.5 19z\"/><path d=\"M14.5 6 18 9.5\"/>"
        }
        "lock" => {
            "<rect x=\"5\" y=\"10.5\" width=\"14\" height=\"9.5\" rx=\"1.5\"/><path d=\"M8 10.5V8a4 4 0 0 1 8 0v2.5\"/>"
        }
        "globe" => {
            "<circle cx=\"12\" cy=\"12\" r=\"8.5\"/>\
             <path d=\"M3.5 12h17M12 3.5c3.2 3 3.2 14 0 17M12 3.5c-3.2 3-3.2 14 0 17\"/>"
        }
        _ => "",
    }
}

/// An icon as safe HTML, hidden from screen readers: the word beside it speaks.
pub fn svg(name: &str) -> String {
    format!("<svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\">{}</svg>", drawing(name))
}

/// The seal: 會 with its door open.
pub const SEAL: &str = "<svg class=\"seal\" viewBox=\"0 0 48 48\" aria-hidden=\"true\"><rect width=\"48\" height=\"48\" rx=\"6\"/>\
<path d=\"M8 18.5 24 6.5 40 18.5M17 20H31M11.5 25.5H36.5V32.5H11.5ZM24 25.5V32.5M16.5 42V37.5H31.5V42\"/></svg>";
