//! Records in Dublin Core as XML: the fifteen elements (`oai_dc`), and the terms of DCMI in a container of ours (`oai_dcterms`), whose
//! schema every hall serves.

use std::fmt::Write;

use crate::domain::item::Listed;
use crate::record::{Field, Forms};

/// The namespace of `oai_dc`.
pub const SIMPLE_NAMESPACE: &str = "http://www.openarchives.org/OAI/2.0/oai_dc/";
/// The namespace of the container of `oai_dcterms`.
pub const QUALIFIED_NAMESPACE: &str = "https://w3id.org/huiguan/oai_dcterms/";
/// The schema of that container: any terms of DCMI, in any order.
pub const SCHEMA: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="https://w3id.org/huiguan/oai_dcterms/"
    elementFormDefault="qualified">
  <xs:import namespace="http://purl.org/dc/terms/" schemaLocation="http://dublincore.org/schemas/xmls/qdc/dcterms.xsd"/>
  <xs:element name="dcterms">
    <xs:complexType>
      <xs:sequence>
        <xs:any namespace="http://purl.org/dc/terms/" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
      </xs:sequence>
    </xs:complexType>
  </xs:element>
</xs:schema>
"#;

/// Text as it may stand in XML 1.0.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{9}' | '\u{a}' | '\u{d}' => out.push(c),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// Writes an element that holds a text.
pub fn element(out: &mut String, name: &str, text: &str) {
    out.push_str(&format!("<{name}>{}</{name}>", escaped(text)));
}

/// The element of the fifteen that a term is told as.
fn element_of(term: &str) -> &str {
    match term {
        "alternative" => "title",
        "created" => "date",
        "abstract" | "provenance" => "description",
        "spatial" | "temporal" => "coverage",
        "extent" | "medium" => "format",
        "rightsHolder" | "accessRights" | "license" => "rights",
        "isPartOf" | "references" => "relation",
        known => known,
    }
}

/// What is said of an item in terms of DCMI: term, text and language.
fn said(forms: &Forms, origin: &str, one: &Listed) -> Vec<(String, String, String)> {
    let mut said = Vec::new();
    let mut tell = |term: &str, text: &str, language: &str| {
        if !text.is_empty() {
            said.push((term.to_owned(), text.to_owned(), language.to_owned()));
        }
    };
    let term = |field: &Field| field.term.strip_prefix("dcterms:").unwrap_or(&field.term).to_owned();
    for field in forms.fields(&one.item.form).filter(|field| !field.term.is_empty() && field.code != "date") {
        for value in one.record.all(field.code) {
            tell(&term(field), &value.text, &value.lang);
        }
    }
    tell("date", &one.item.date_text, "");
    if one.item.date_edtf != one.item.date_text {
        tell("date", &one.item.date_edtf, "");
    }
    if let Some(form) = forms.form(&one.item.form) {
        tell("type", &form.kind, "");
    }
    tell("identifier", &one.item.ark(), "");
    tell("identifier", &format!("{origin}{}", one.item.path()), "");
    said
}

fn written(out: &mut String, prefix: &str, name: &str, text: &str, language: &str) {
    let language = if language.is_empty() { String::new() } else { format!(" xml:lang=\"{}\"", escaped(language)) };
    let _ = write!(out, "<{prefix}:{name}{language}>{}</{prefix}:{name}>", escaped(text));
}

/// An item in the fifteen elements.
pub fn simple(forms: &Forms, origin: &str, one: &Listed) -> String {
    let mut out = String::from(
        "<oai_dc:dc xmlns:oai_dc=\"http://www.openarchives.org/OAI/2.0/oai_dc/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xsi:schemaLocation=\"http://www.openarchives.org/OAI/2.0/oai_dc/ \
         http://www.openarchives.org/OAI/2.0/oai_dc.xsd\">",
    );
    for (term, text, language) in said(forms, origin, one) {
        written(&mut out, "dc", element_of(&term), &text, &language);
    }
    out + "</oai_dc:dc>"
}

/// An item in the terms of DCMI.
pub fn qualified(forms: &Forms, origin: &str, one: &Listed) -> String {
    let mut out = format!(
        "<oai_dcterms:dcterms xmlns:oai_dcterms=\"{QUALIFIED_NAMESPACE}\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xsi:schemaLocation=\"{QUALIFIED_NAMESPACE} {}/archive/oai_dcterms.xsd\">",
        escaped(origin)
    );
    for (term, text, language) in said(forms, origin, one) {
        written(&mut out, "dcterms", &term, &text, &language);
    }
    out + "</oai_dcterms:dcterms>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_xml_whatever_it_says() {
        assert_eq!(escaped("<a & \"b\">\u{0}\u{1}批"), "&lt;a &amp; &quot;b&quot;&gt;批");
    }
}
