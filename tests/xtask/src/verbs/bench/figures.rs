//! What the benchmarks measured.

/// One line: who needed how much for what.
#[derive(Debug, PartialEq)]
pub(super) struct Figure {
    pub(super) what: String,
    pub(super) who: String,
    pub(super) value: f64,
    pub(super) unit: String,
}

/// All of a run, in the order they came.
#[derive(Debug, Default)]
pub(super) struct Figures(Vec<Figure>);

impl Figures {
    /// Takes one line of output: `bench`, what, who, value and unit, with tabs between them. Passes over anything else.
    pub(super) fn read(&mut self, line: &str) {
        let fields: Vec<&str> = line.split('\t').collect();
        if let ["bench", what, who, value, unit] = fields[..]
            && let Ok(value) = value.parse()
        {
            let (what, who, unit) = (what.to_owned(), who.to_owned(), unit.to_owned());
            self.0.push(Figure { what, who, value, unit });
        }
    }

    pub(super) fn value(&self, what: &str, who: &str) -> Option<f64> {
        let found = self.0.iter().find(|figure| figure.what == what && figure.who == who);
        found.map(|figure| figure.value)
    }

    /// Whether anything was measured of `who`.
    pub(super) fn name(&self, who: &str) -> bool {
        self.0.iter().any(|figure| figure.who == who)
    }

    pub(super) fn ratio(&self, what: &str, who: &str, to: &str) -> Option<f64> {
        Some(self.value(what, who)? / self.value(what, to)?)
    }

    /// Those of one operation together, each operation once.
    pub(super) fn groups(&self) -> Vec<Vec<&Figure>> {
        let mut groups: Vec<Vec<&Figure>> = Vec::new();
        for figure in &self.0 {
            let same = |group: &&mut Vec<&Figure>| {
                group.first().is_some_and(|first| first.what == figure.what)
            };
            match groups.iter_mut().find(same) {
                Some(group) => group.push(figure),
                None => groups.push(vec![figure]),
            }
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::Figures;

    #[test]
    fn lines_become_figures_and_ratios() {
        let mut figures = Figures::default();
        for line in [
            "   Compiling something",
            "bench\tsign\tours\t30.00\tµs",
            "bench\tsign\tpeer\t60.00\tµs",
            "bench\tverify\tours\tnot a number\tµs",
            "bench\ttoo few",
        ] {
            figures.read(line);
        }
        assert_eq!(figures.ratio("sign", "ours", "peer"), Some(0.5));
        assert_eq!(figures.value("verify", "ours"), None);
        assert_eq!(figures.ratio("sign", "ours", "nobody"), None);
        assert_eq!(figures.groups().len(), 1);
        assert!(figures.name("peer") && !figures.name("nobody"));
    }
}
