// Every stop of the Tab key on a page: each thing one can use is one, in the order of the page, and seen.

/** How many stops there are, and what is wrong with them. */
export async function tabOrder(tab) {
  const wrong = [];
  const wanted = await tab.evaluate(() => {
    const all = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
    const shown = [...document.querySelectorAll(all)].filter((e) => e.tabIndex >= 0 && !e.disabled && e.checkVisibility());
    // Of radio buttons the chosen one is the stop, or the first if none is; arrows lead to the others.
    const stop = (e) => [...e.form.elements].filter(({ type, name }) => type === "radio" && name === e.name).sort((a, b) => b.checked - a.checked)[0];
    globalThis.wanted = shown.filter((e) => e.type !== "radio" || e === stop(e));
    const hidden = globalThis.wanted.filter((e) => e.closest("[aria-hidden=true], [inert]"));
    return { count: globalThis.wanted.length, hidden: hidden.map((e) => e.outerHTML.slice(0, 80)) };
  });
  wrong.push(...wanted.hidden.map((what) => `can be focused, though it is hidden: ${what}`));
  let next = 0;
  // A box that scrolls is a stop too; there are few.
  for (let i = 0; i < wanted.count + 10 && next < wanted.count; i++) {
    await tab.keyboard.press("Tab");
    const stop = await tab.evaluate(judge);
    if (stop.wrong) wrong.push(stop.wrong);
    if (stop.index === undefined) continue;
    if (stop.index !== next) wrong.push(`Tab goes from stop ${next - 1} to stop ${stop.index}: ${stop.is}`);
    next = stop.index + 1;
  }
  if (next < wanted.count) wrong.push(`Tab reaches ${next} of ${wanted.count} things`);
  if (wanted.count > 3) wrong.push(...(await skips(tab)));
  return { seen: wanted.count, wrong };
}

/** Runs in the page: where the focus is, and whether one sees it. */
function judge() {
  const at = document.activeElement;
  const is = at.outerHTML.slice(0, 80);
  if (at === document.body) return {};
  const found = globalThis.wanted.indexOf(at);
  const index = found < 0 ? undefined : found;
  const style = getComputedStyle(at);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  if (!at.matches(":focus-visible") || !ring) return { index, is, wrong: `the focus does not show: ${is}` };
  const box = at.getClientRects()[0] ?? at.getBoundingClientRect();
  const seen = box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
  if (!seen) return { index, is, wrong: `the focus is out of sight: ${is}` };
  const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  if (!top || !(at.contains(top) || top.contains(at) || at.labels?.[0]?.contains(top))) {
    return { index, is, wrong: `the focus is covered: ${is} by ${top?.outerHTML.slice(0, 60)}` };
  }
  return { index, is };
}

/** The first stop leads past the menu. */
async function skips(tab) {
  await tab.reload();
  await tab.keyboard.press("Tab");
  const first = await tab.evaluate(() => document.activeElement.getAttribute("href"));
  if (!first?.startsWith("#")) return ["the first stop is no skip link"];
  await tab.keyboard.press("Enter");
  await tab.keyboard.press("Tab");
  const past = await tab.evaluate(() => {
    const target = document.querySelector(":target");
    const follows = target && target.compareDocumentPosition(document.activeElement);
    return Boolean(target?.closest("main") && follows & Node.DOCUMENT_POSITION_FOLLOWING);
  });
  return past ? [] : ["the skip link does not lead past the menu"];
}
