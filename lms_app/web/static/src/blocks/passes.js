/* The pass in the addresses of handlers, and its renewal: blocks keep addresses for hours, passes are younger. */

/** Watches the frame's calls: addresses get the present pass, and `told` hears of each call that ended. */
export class Passes {
  constructor(token, handlers, told) {
    this.token = token;
    this.old = new Set();
    this.handlers = new URL(handlers, location.href).href;
    this.told = told;
  }

  /** Return the address with the present pass in the place of an older one, else as it was. */
  fresh(address) {
    const [token, ...rest] = new URL(address, location.href).href.slice(this.handlers.length).split("/");
    return this.isHandler(address) && this.old.has(token) ? this.handlers + [this.token, ...rest].join("/") : address;
  }

  isHandler(address) {
    return new URL(address, location.href).href.startsWith(this.handlers);
  }

  /** Use a new pass from now on, also in links and forms that stand in the page already. */
  renew(token) {
    this.old.add(this.token);
    this.token = token;
    for (const [selector, name] of [["a[href]", "href"], ["form[action]", "action"]]) {
      for (const element of document.querySelectorAll(selector)) {
        const address = element.getAttribute(name);
        if (this.isHandler(address)) element.setAttribute(name, this.fresh(address));
      }
    }
  }

  watch() {
    this.watchRequests();
    this.watchFetch();
  }

  watchRequests() {
    const passes = this;
    const open = XMLHttpRequest.prototype.open;
    XMLHttpRequest.prototype.open = function (method, address, ...rest) {
      const handler = passes.isHandler(address);
      if (handler) this.addEventListener("loadend", () => passes.told(method, this.status));
      return open.call(this, method, handler ? passes.fresh(address) : address, ...rest);
    };
  }

  watchFetch() {
    const fetch = window.fetch;
    window.fetch = (asked, options) => {
      const address = asked instanceof Request ? asked.url : String(asked);
      if (!this.isHandler(address)) return fetch(asked, options);
      const sent = asked instanceof Request ? new Request(this.fresh(address), asked) : this.fresh(address);
      const method = options?.method ?? (asked instanceof Request ? asked.method : "GET");
      const answer = fetch(sent, options);
      answer.then((response) => this.told(method, response.status), () => this.told(method, 0));
      return answer;
    };
  }
}
