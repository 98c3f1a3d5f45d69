/** An element that knows what it is and whom it stands in, and answers the selectors that the page asks of it. */

export class FakeElement {
  /** @param {string} tag @param {Record<string, string | true>} attributes `checked: true` is the state :checked asks for */
  constructor(tag, attributes = {}, parent = null) {
    Object.assign(this, { tag, attributes, parent });
  }

  matches(selectors) {
    return parts(selectors).some((selector) => this.#is(selector));
  }

  closest(selectors) {
    return this.matches(selectors) ? this : (this.parent?.closest(selectors) ?? null);
  }

  /** One compound selector: a tag, attributes, :checked and :not(…). */
  #is(selector) {
    let rest = selector;
    const take = (pattern) => {
      const found = pattern.exec(rest);
      if (found) rest = rest.slice(found[0].length);
      return found;
    };
    const tag = take(/^[a-z]+/);
    let matches = !tag || tag[0] === this.tag;
    while (rest) {
      const attribute = take(/^\[([a-z]+)(?:=([a-z]+))?\]/);
      const not = !attribute && take(/^:not\(([^()]*)\)/);
      if (attribute) {
        const value = this.attributes[attribute[1]];
        matches &&= attribute[2] === undefined ? value !== undefined : value === attribute[2];
      } else if (not) matches &&= !this.matches(not[1]);
      else if (take(/^:checked/)) matches &&= this.attributes.checked === true;
      else throw new Error(`Cannot read the selector ${rest}`);
    }
    return matches;
  }
}

/** A list of selectors, split at its own commas and not at those within parentheses. */
const parts = (selectors) => selectors.split(/,(?![^(]*\))/).map((part) => part.trim());
