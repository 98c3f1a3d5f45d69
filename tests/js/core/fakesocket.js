/** The transport's double: what is sent is kept, what the server would say is said by hand. */

export class FakeSocket {
  /** @type {FakeSocket[]} every socket opened, oldest first */
  static opened = [];

  sent = [];
  closed = null;

  constructor(url, protocol) {
    this.url = url;
    this.protocol = protocol;
    FakeSocket.opened.push(this);
  }

  static get last() {
    return FakeSocket.opened.at(-1);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close(code) {
    this.closed = code ?? 1000;
  }

  /** The server says something. */
  say(event) {
    this.onmessage({ data: JSON.stringify(event) });
  }

  /** A binary frame; `arrays` by name, each a typed array. */
  frame(header, arrays = {}) {
    const entries = [];
    let size = 0;
    for (const [name, array] of Object.entries(arrays)) {
      const dtype = array.constructor.name.replace("Array", "").toLowerCase();
      entries.push({ name, dtype, shape: [array.length], offset: size });
      size += Math.ceil(array.byteLength / 8) * 8;
    }
    const complete = { arrays: entries, scalars: {}, state: "running", generation: 0, ...header };
    let text = JSON.stringify(complete);
    text += " ".repeat((8 - ((4 + text.length) % 8)) % 8);
    const bytes = new Uint8Array(4 + text.length + size);
    new DataView(bytes.buffer).setUint32(0, text.length, true);
    bytes.set(new TextEncoder().encode(text), 4);
    Object.values(arrays).forEach((array, index) => {
      bytes.set(new Uint8Array(array.buffer), 4 + text.length + entries[index].offset);
    });
    this.onmessage({ data: bytes.buffer });
  }

  /** The connection is lost. */
  lose(code = 1006, reason = "") {
    this.onclose({ code, reason });
  }

  welcome(server = "boot") {
    this.say({ type: "welcome", server, version: "1" });
  }
}
