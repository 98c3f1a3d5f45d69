/** Names that people give: shown so that they act on nothing around them. */

/**
 * Characters that are not seen and yet act: on the direction of writing, on where a line ends, or by telling apart what
 * looks alike. Joiners are what they are for between letters of scripts that have them, and between emoji.
 */
const UNSEEN =
  /(?<![^ -~])[\u200c\u200d]|[\u200c\u200d](?![^ -~])|(?![\u200c\u200d])[\p{Cf}\p{Cc}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu;
const FROM_THE_RIGHT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const MARK = "\ufffd";

/**
 * A name with every unseen character marked, so that nothing is hidden in it; one that is written from the right is set
 * apart from the words around it, which keep their order.
 * @param {string} name
 */
export function inert(name) {
  const shown = name.replace(UNSEEN, MARK);
  return FROM_THE_RIGHT.test(shown) ? `\u2068${shown}\u2069` : shown;
}
