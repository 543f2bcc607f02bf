use super::graphs::{alone, apart, cruddur, guide, odd, shop};
use crate::output::{Page, Style};
use crate::view::graph::GraphForm;

pub(super) fn page(width: u16) -> Page {
    Page { style: Style::PLAIN, width: Some(width) }
}

#[test]
fn show() {
    for view in [guide(), alone(), cruddur(), shop(), apart(), odd()] {
        for form in [GraphForm::Table, GraphForm::Tree, GraphForm::Dot, GraphForm::Mermaid, GraphForm::Csv] {
            for width in [80, 120] {
                println!("---- {form:?} {width}\n{}", view.written(form, &page(width)));
            }
        }
    }
}
