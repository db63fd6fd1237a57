//! Node of a chain, as it is written: an address in quotes, or fields in braces.

use crate::config::short_form::ShortForm;
use serde::{Deserialize, Serialize, Serializer, ser::SerializeStruct};

/// A node of a chain, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NodeSetting {
    pub(crate) url: String,
    /// True if the seller runs it: then it decides, and others are compared with it.
    #[serde(default)]
    pub(crate) own: bool,
}

impl From<&str> for NodeSetting {
    fn from(url: &str) -> Self {
        Self { url: url.to_owned(), own: false }
    }
}

impl ShortForm for NodeSetting {
    const FORMS: &'static str =
        "a node in quotes, as \"http://127.0.0.1:8545\", or { url = \"...\", own = true }";

    fn from_text(url: &str) -> Self {
        Self::from(url)
    }
}

impl Serialize for NodeSetting {
    /// Writes the short form where that says all.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if !self.own {
            return to.serialize_str(&self.url);
        }
        let mut fields = to.serialize_struct("NodeSetting", 2)?;
        fields.serialize_field("url", &self.url)?;
        fields.serialize_field("own", &self.own)?;
        fields.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn nodes(text: &str) -> Result<Vec<NodeSetting>, String> {
        let config = Config::parse(&format!("[ether]\nnodes = [{text}]\n"));
        config.map(|config| config.ether.nodes).map_err(|error| error.to_string())
    }

    #[test]
    fn node_is_written_in_quotes_or_in_braces() {
        let read = nodes("\"https://a.example\", { url = \"http://127.0.0.1:8545\", own = true }");
        let own = NodeSetting { url: "http://127.0.0.1:8545".into(), own: true };
        assert_eq!(read.unwrap(), [NodeSetting::from("https://a.example"), own]);
        assert_eq!(nodes("{ url = \"https://a.example\" }").unwrap(), ["https://a.example".into()]);
    }

    #[test]
    fn node_in_another_form_is_refused_with_both_forms() {
        for (text, wanted) in [
            ("8545", "a node in quotes, as \"http://127.0.0.1:8545\", or { url = "),
            ("{ own = true }", "url"),
            ("{ url = \"https://a.example\", ours = true }", "ours"),
            ("{ url = \"https://a.example\", own = \"yes\" }", "boolean"),
        ] {
            let refused = nodes(text).unwrap_err();
            assert!(refused.starts_with("line 2") && refused.contains(wanted), "{text}: {refused}");
        }
    }

    #[test]
    fn node_is_written_as_it_was_read() {
        let plain = "\"https://a.example\"";
        let own = "{ url = \"http://127.0.0.1\", own = true }";
        for list in ["", plain, own, &format!("{plain}, {own}"), &format!("{own}, {own}")] {
            let config = Config::parse(&format!("[ether]\nnodes = [{list}]\n")).unwrap();
            let written = config.to_toml();
            assert_eq!(Config::parse(&written).unwrap(), config, "{written}");
        }
        let config = Config::parse(&format!("[ether]\nnodes = [{plain}]\n")).unwrap();
        assert!(config.to_toml().contains("nodes = [\"https://a.example\"]"));
    }
}
