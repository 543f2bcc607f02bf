use super::graphs::{alone, apart, cruddur, guide, odd, shop};
use crate::output::{Page, Style};
use crate::view::graph::GraphForm;

pub(super) fn page(width: u16) -> Page {
    Page {
        style: Style::PLAIN,
        width: Some(width),
    }
}

#[test]
fn show() {
    for (name, view) in [
        ("guide", guide()),
        ("alone", alone()),
        ("cruddur", cruddur()),
        ("shop", shop()),
        ("apart", apart()),
        ("odd", odd()),
        ("narrow", shop().narrowed_to("CHECKOUT")),
    ] {
        std::fs::write(
            format!("/tmp/map/{name}.svg"),
            view.written(GraphForm::Svg, &page(80)),
        )
        .unwrap();
        std::fs::write(
            format!("/tmp/map/{name}.dot"),
            view.written(GraphForm::Dot, &page(80)),
        )
        .unwrap();
    }
}
