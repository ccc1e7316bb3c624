/* Links of a lesson lead out of its frame: the page around it follows those into the site, all others open beside it. */

/** Give links their way at the moment they are followed, since blocks go on making new ones; `go(address)` asks the page. */
export function leadOut(site, go) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || link.target || link.hasAttribute("download") || event.defaultPrevented) return;
    const address = link.getAttribute("href").trim();
    if (address === "" || address.startsWith("#") || !/^https?:$/.test(link.protocol)) return;
    const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (link.origin === new URL(site).origin && isPlain) {
      event.preventDefault();
      go(link.href);
    } else {
      link.target = "_blank";
      link.rel = "noopener";
    }
  });
}
