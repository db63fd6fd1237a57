// What axe looks for.
export const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];
// Off unless asked for by name.
export const RULES = { "target-size": { enabled: true } };
