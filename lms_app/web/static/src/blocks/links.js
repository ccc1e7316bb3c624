/* Links of a lesson lead out of its frame: those into the site take its place, all others open beside it. */

/** Give links their target at the moment they are followed, since blocks go on making new ones. */
export function leadOut(site) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || link.target || link.hasAttribute("download") || event.defaultPrevented) return;
    const address = link.getAttribute("href").trim();
    if (address === "" || address.startsWith("#") || !/^https?:$/.test(link.protocol)) return;
    if (link.origin === new URL(site).origin) {
      link.target = "_top";
    } else {
      link.target = "_blank";
      link.rel = "noopener";
    }
  });
}
