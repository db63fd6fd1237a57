// Two ways to use a page: with a mouse, and with keys alone.

export class Mouse {
  constructor(tab) {
    this.tab = tab;
  }
  /** Follows a link or presses a button, and waits for the next page. */
  async goes(selector) {
    await Promise.all([this.tab.waitForNavigation(), this.tab.click(selector)]);
  }
  async types(selector, text) {
    await this.tab.click(selector);
    await this.tab.fill(selector, text);
  }
  async chooses(selector, index) {
    await this.tab.selectOption(selector, { index });
  }
}

export class Keyboard {
  constructor(tab) {
    this.tab = tab;
  }
  async goes(selector) {
    await this.reach(selector);
    await Promise.all([this.tab.waitForNavigation(), this.tab.keyboard.press("Enter")]);
  }
  async types(selector, text) {
    await this.reach(selector);
    await this.tab.keyboard.press("Control+A");
    await this.tab.keyboard.insertText(text);
  }
  async chooses(selector, index) {
    await this.reach(selector);
    await this.tab.keyboard.press("Home");
    for (let i = 0; i < index; i++) await this.tab.keyboard.press("ArrowDown");
  }
  /** Presses Tab until the element has the focus. */
  async reach(selector) {
    for (let i = 0; i < 300; i++) {
      if (await this.tab.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
      await this.tab.keyboard.press("Tab");
    }
    throw new Error(`${this.tab.url()}: no Tab leads to ${selector}`);
  }
}
