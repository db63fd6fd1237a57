//! Enough of HTML to follow a page of ours.

/// Returns the value of a hidden field of the form that goes to `action`.
pub(crate) fn hidden(page: &str, action: &str, name: &str) -> Option<String> {
    let form = page.split("<form").skip(1).find(|form| {
        let tag = plain(form.split('>').next().unwrap_or_default());
        ['"', '#'].iter().any(|end| tag.contains(&format!("action=\"{action}{end}")))
    })?;
    let form = form.split("</form>").next()?;
    let field = form.split("<input").find(|field| field.contains(&format!("name=\"{name}\"")))?;
    let value = field.split("value=\"").nth(1)?.split('"').next()?;
    Some(plain(value))
}

/// Returns the text of the first element whose tag has this in it.
pub(crate) fn text_of(page: &str, tag: &str) -> Option<String> {
    let after = page.split(tag).nth(1)?.split_once('>')?.1;
    let mut text = String::new();
    let mut inside = false;
    for c in after.split("</p>").next()?.split("</dd>").next()?.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    Some(plain(text.trim()))
}

/// Returns the texts that a page shows as they are, to be copied.
pub(crate) fn verbatim(page: &str) -> Vec<String> {
    let blocks = page.split("<pre").skip(1).filter_map(|rest| rest.split_once('>'));
    blocks.filter_map(|(_, rest)| rest.split("</pre>").next().map(plain)).collect()
}

/// Returns the value behind this name in a list of names and values.
pub(crate) fn fact(page: &str, name: &str) -> Option<String> {
    let after = page.split(&format!("<dt>{name}</dt>")).nth(1)?;
    text_of(after, "<dd")
}

/// Reads entities back.
pub(crate) fn plain(text: &str) -> String {
    text.replace("&#x2f;", "/")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}
