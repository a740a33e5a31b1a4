//! Forms: one description, one way of showing it, so that every form has label, hint, error and value in the same order,
//! and comes back with what was typed when something is wrong.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::error::Fault;
use super::page::{Layout, Tab, html, without_flash};
use super::session::{Fields, Visitor, give_form_token, with_cookie};
use crate::error::Problem;

/// How a field looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// One line.
    Text,
    /// An e-mail address.
    Email,
    /// A password: never shown again.
    Password,
    /// Several lines.
    Area,
    /// One of many, in a list.
    Select,
    /// One of few, each with its words.
    Choice,
    /// Any of few.
    Checks,
    /// Not shown.
    Hidden,
}

/// One choice of a field.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What people read.
    pub label: String,
    /// More words about it.
    pub hint: String,
    /// Is it chosen?
    pub chosen: bool,
}

/// One field.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// How it looks.
    pub look: Look,
    /// What people read.
    pub label: String,
    /// More words about it.
    pub hint: String,
    /// What is typed in it.
    pub value: String,
    /// What is wrong with it.
    pub error: String,
    /// Its choices.
    pub choices: Vec<Choice>,
    /// For `autocomplete`.
    pub autocomplete: &'static str,
}

impl Field {
    /// A field with its label, a key of a message.
    pub fn new(layout: &Layout, name: &'static str, look: Look, label: &str) -> Self {
        Self {
            name,
            look,
            label: layout.t(label).to_owned(),
            hint: String::new(),
            value: String::new(),
            error: String::new(),
            choices: Vec::new(),
            autocomplete: "",
        }
    }

    /// A field that isn't shown.
    pub fn hidden(name: &'static str, value: &str) -> Self {
        Self {
            name,
            look: Look::Hidden,
            label: String::new(),
            hint: String::new(),
            value: value.to_owned(),
            error: String::new(),
            choices: Vec::new(),
            autocomplete: "",
        }
    }

    /// Adds more words.
    pub fn hint(mut self, hint: &str) -> Self {
        self.hint = hint.to_owned();
        self
    }

    /// What is typed in it; of choices, what is chosen (several separated by commas).
    pub fn value(mut self, value: &str) -> Self {
        for choice in &mut self.choices {
            choice.chosen = value.split(',').any(|v| v == choice.value);
        }
        self.value = value.to_owned();
        self
    }

    /// Its choices: value, label, hint.
    pub fn choices(mut self, choices: Vec<(String, String, String)>) -> Self {
        self.choices =
            choices.into_iter().map(|(value, label, hint)| Choice { value, label, hint, chosen: false }).collect();
        self
    }

    /// For `autocomplete`.
    pub fn autocomplete(mut self, what: &'static str) -> Self {
        self.autocomplete = what;
        self
    }

    /// Is it of this look? For templates.
    pub fn is(&self, look: &str) -> bool {
        format!("{:?}", self.look).eq_ignore_ascii_case(look)
    }

    /// The `type` of a one-line field.
    pub fn kind(&self) -> &'static str {
        match self.look {
            Look::Email => "email",
            Look::Password => "password",
            _ => "text",
        }
    }
}

/// One form.
#[derive(Debug, Clone)]
pub struct Form {
    /// Its heading; empty for none.
    pub heading: String,
    /// Where it goes.
    pub action: String,
    /// Its fields.
    pub fields: Vec<Field>,
    /// The word on its button.
    pub submit: String,
    /// Is its button a plain one, because it isn't the page's main act?
    pub is_quiet: bool,
}

impl Form {
    /// A form with its button's word, a key of a message.
    pub fn new(layout: &Layout, action: &str, submit: &str, fields: Vec<Field>) -> Self {
        Self {
            heading: String::new(),
            action: action.to_owned(),
            fields,
            submit: layout.t(submit).to_owned(),
            is_quiet: false,
        }
    }

    /// Gives it a heading.
    pub fn under(mut self, layout: &Layout, heading: &str) -> Self {
        self.heading = layout.t(heading).to_owned();
        self
    }

    /// Makes its button plain.
    pub fn quiet(mut self) -> Self {
        self.is_quiet = true;
        self
    }

    /// Puts back what was typed, passwords apart, and says at each field what is wrong.
    pub fn again(mut self, layout: &Layout, fields: &Fields, problems: &[Problem]) -> Self {
        for field in &mut self.fields {
            if field.look != Look::Password && field.look != Look::Hidden {
                let typed = fields.all(field.name).join(",");
                *field = field.clone().value(&typed);
            }
            if let Some(problem) = problems.iter().find(|problem| problem.field == field.name) {
                field.error = layout.problem(problem);
            }
        }
        self
    }
}

/// A page of one or more forms.
#[derive(Template)]
#[template(path = "forms.html")]
pub struct FormPage {
    page: Layout,
    intro: Vec<String>,
    forms: Vec<Form>,
    problems: Vec<(String, String)>,
}

/// The page of forms for the first time, or again with what is wrong.
pub struct Forms<'a> {
    /// Who sees it.
    pub visitor: &'a Visitor,
    /// Its frame.
    pub layout: Layout,
    /// Words before the forms.
    pub intro: Vec<String>,
    /// The forms.
    pub forms: Vec<Form>,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

impl<'a> Forms<'a> {
    /// A page with a title (a key of a message) and its forms.
    pub fn new(visitor: &'a Visitor, title: &str, tab: Tab) -> Self {
        Self { visitor, layout: visitor.layout(title, tab), intro: Vec::new(), forms: Vec::new(), problems: Vec::new() }
    }

    /// Puts back what was typed into the form that goes to `action`, and says what is wrong.
    pub fn again(mut self, action: &str, fields: &Fields, problems: Vec<Problem>) -> Self {
        let layout = &self.layout;
        let again = |form: Form| if form.action == action { form.again(layout, fields, &problems) } else { form };
        self.forms = self.forms.into_iter().map(again).collect();
        self.problems = problems;
        self
    }

    /// The answer: 200, or 422 if something is wrong.
    pub fn show(mut self) -> Result<HttpResponse, Fault> {
        let cookie = give_form_token(&mut self.layout, self.visitor);
        let status = if self.problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let problems: Vec<_> = self.problems.iter().map(|p| (p.field.to_owned(), self.layout.problem(p))).collect();
        if !problems.is_empty() {
            self.layout.title = self.layout.with("title-wrong", "title", &self.layout.title);
        }
        let flash = self.layout.flash.is_some();
        let page = FormPage { page: self.layout, intro: self.intro, forms: self.forms, problems };
        Ok(with_cookie(without_flash(html(status, page.render()?), flash), cookie))
    }
}
