//! Colours for a light and a dark screen, as CSS variables.
//!
//! Everything that carries meaning stands out from what is behind it by 3 to 1 at least, text by
//! 4.5 to 1 (WCAG 2.2, 1.4.11 and 1.4.3); a test computes it.

/// A name, its colour on a light screen, and its colour on a dark one.
const COLORS: [(&str, &str, &str); 9] = [
    ("page", "#ffffff", "#11171e"),
    ("card", "#ffffff", "#19222c"),
    ("ink", "#18202a", "#e9eef4"),
    ("soft", "#55616e", "#a5b1be"),
    ("line", "#7a8794", "#7d8a98"),
    ("ok", "#1d8348", "#45bd79"),
    ("error", "#996300", "#e3a833"),
    ("throttle", "#8344cf", "#bd97f7"),
    ("fault", "#c93321", "#ff7b6b"),
];

/// The variables, for a drawing whose outermost element has this class.
pub(in crate::view) fn css(class: &str) -> String {
    let variables = |dark: bool| -> String {
        let colors = COLORS.iter().map(|(name, light, darker)| {
            let color = if dark { darker } else { light };
            format!("--{name}:{color};")
        });
        colors.collect::<Vec<_>>().concat()
    };
    format!(
        ".{class}{{color-scheme:light dark;{}font-family:system-ui,-apple-system,\"Segoe UI\",Roboto,\"Helvetica Neue\",\"Noto Sans\",Arial,sans-serif}}\n\
         @media (prefers-color-scheme:dark){{.{class}{{{}}}}}\n",
        variables(false),
        variables(true),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(color: &str) -> f64 {
        let channel = |from: usize| {
            let value = u8::from_str_radix(&color[from..from + 2], 16).expect("hexadecimal");
            let share = f64::from(value) / 255.0;
            if share <= 0.04045 {
                share / 12.92
            } else {
                ((share + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn colours_stand_out_on_both_screens() {
        let behind = &COLORS[..2];
        for (name, light, dark) in &COLORS[2..] {
            let least = if *name == "line" { 3.0 } else { 4.5 };
            for (ground, light_ground, dark_ground) in behind {
                for (color, ground_color) in [(light, light_ground), (dark, dark_ground)] {
                    let contrast = contrast(color, ground_color);
                    assert!(contrast >= least, "{name} on {ground}: {contrast:.2}");
                }
            }
        }
    }
}
