// Findings of tools that are right as they are: which step, what is said, and why it stays.
// `maybe`: a step that is bounded in time may not come to say it.
export const EXCEPTIONS = [
  {
    step: "chromium",
    what: /Loading the image 'data:,' violates/,
    why: "The empty icon keeps browsers from asking for /favicon.ico; that the policy blocks it as well changes nothing.",
  },
  {
    step: "scan",
    what: /: (?:an e-mail address: (?:name|nom)@example\.org|another host: example\.org)$/,
    why: "Shows what an address looks like, under a name kept for examples (RFC 2606).",
  },
  {
    step: "scan",
    what: /^escrow-(?:fr-CA-)?(?:statement|order)[\w-]*: another host: [nesa]{55}d\.onion$/,
    why: "The statement names the services that can check it, and the order page the arbiter: all are onion services.",
  },
  {
    step: "scan",
    what: /^(?:escrow|attestor)-[\w-]+: a clock: \d\d:00:00$/,
    why: "The deadlines of a statement, written out: all are whole hours.",
  },
  {
    step: "wapiti",
    maybe: true,
    what: /^POST (?:\/[\w-]+)?\/(?:cart|order\/enter): Cross Site Request Forgery: Lack of anti CSRF token$/,
    why: "These forms are on pages that are the same for everyone; where they come from decides, as step csrf shows.",
  },
  {
    step: "wapiti",
    maybe: true,
    what: /\/(?:checkout|search|order\/claim|order\/enter): Path Traversal: Possible Path traversal vulnerability via injection in the parameter \w+: "\.\.\/wapiti\.txt"$/,
    why: "The form shows what was typed, with / written &#x2f;: wapiti takes that for one program's error message.",
  },
  {
    step: "wapiti",
    maybe: true,
    what: /\/(?:checkout|search|order\/claim|order\/enter): LDAP Injection: LDAP Injection via injection in the parameter \w+: "\*\)\)\\u0000nosuchvalue"$/,
    why: "There is no LDAP. The answers differ by what was typed, which the form shows again, escaped.",
  },
];
