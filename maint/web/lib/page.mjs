// A page as somebody without scripts reads it: links, forms, what it brings along.
import { parse } from "node-html-parser";

export class Page {
  constructor(html, path) {
    this.html = html;
    this.base = new URL(path, "http://shop.invalid");
    this.root = parse(html, { comment: true });
  }

  /** An address as a path of this shop; nothing if it leads elsewhere. */
  own(address) {
    const url = new URL(address, this.base);
    return url.origin === this.base.origin ? url.pathname + url.search : undefined;
  }

  get links() {
    return this.attributes("a[href]", "href").map((href) => this.own(href)).filter(Boolean);
  }

  /** Landing pages of other languages. */
  get languages() {
    return this.attributes("a[hreflang]", "href").map((href) => this.own(href)).filter(Boolean);
  }

  /** Style sheets and pictures. */
  get files() {
    const all = [...this.attributes("link[rel=stylesheet]", "href"), ...this.attributes("img[src]", "src")];
    return [...new Set(all.map((address) => this.own(address)).filter(Boolean))];
  }

  get forms() {
    return this.root.querySelectorAll("form").map((form) => new Form(this, form));
  }

  /** The form that goes there, whatever the language. */
  form(action) {
    return this.forms.find((form) => form.action.split("?")[0].endsWith(action));
  }

  text(selector) {
    return this.root.querySelector(selector)?.text.replace(/\s+/g, " ").trim();
  }

  attributes(selector, name) {
    return this.root.querySelectorAll(selector).map((element) => element.getAttribute(name));
  }
}

export class Form {
  constructor(page, element) {
    this.method = (element.getAttribute("method") ?? "get").toUpperCase();
    this.action = page.own(element.getAttribute("action") ?? page.base.pathname);
    this.fields = element.querySelectorAll("input[name], select[name], textarea[name]").map(field).filter(once());
    this.buttons = element.querySelectorAll("button").map((b) => ({ name: b.getAttribute("name"), value: b.getAttribute("value") ?? "" }));
  }

  has(name) {
    return this.fields.some((field) => field.name === name);
  }

  /** What a browser sends. `values` replaces what stands in fields; undefined leaves one out. */
  body(values = {}, button = this.buttons[0]) {
    const sent = new URLSearchParams();
    for (const { name, value } of this.fields) {
      const now = name in values ? values[name] : value;
      if (now !== undefined) sent.append(name, now);
    }
    if (button?.name) sent.append(button.name, button.value);
    return sent.toString();
  }
}

/** Buttons of which one is chosen are one field, with the value of the chosen one. */
function once() {
  const radios = new Map();
  return (field) => {
    if (!field?.radio) return Boolean(field);
    const first = radios.get(field.name);
    if (first) {
      first.value ??= field.value;
      first.options.push(...field.options);
    } else radios.set(field.name, field);
    return !first;
  };
}

function field(element) {
  const name = element.getAttribute("name");
  const type = element.getAttribute("type") ?? "text";
  if (type === "radio") {
    const value = element.getAttribute("value");
    return { name, radio: true, options: [value], value: element.hasAttribute("checked") ? value : undefined };
  }
  if (type === "checkbox" && !element.hasAttribute("checked")) return { name, value: undefined };
  if (element.tagName === "SELECT") {
    const options = element.querySelectorAll("option").map((o) => o.getAttribute("value") ?? o.text.trim());
    const chosen = element.querySelector("option[selected]");
    // A browser sends no form without what it must have: something is chosen.
    const first = element.hasAttribute("required") ? options.find(Boolean) : options[0];
    return { name, options, value: chosen ? (chosen.getAttribute("value") ?? chosen.text.trim()) : first };
  }
  if (element.tagName === "TEXTAREA") return { name, value: element.text.replace(/^\n/, "") };
  return { name, value: element.getAttribute("value") ?? (type === "checkbox" ? "on" : "") };
}
