//! Reports: the form on which a member makes one, and in the hall office what moderators see of them and do about them.

mod make;
mod office;

pub use make::{create, new, show};
pub use office::{assign, delete_post, list, show as look, suspend, update};

use crate::domain::report::Category;

/// The message of what is wrong.
fn category_message(category: Category) -> &'static str {
    match category {
        Category::Spam => "report-spam",
        Category::Legal => "report-legal",
        Category::Violation => "report-violation",
        Category::Other => "report-other",
    }
}
