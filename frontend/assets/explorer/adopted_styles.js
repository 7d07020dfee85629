// Stands in for react-style-singleton, which writes <style> elements: the site's policy lets no page do that. A sheet
// that is constructed and adopted says the same, and needs no exception.
import { useEffect } from "react";

export function styleSingleton() {
  let shown = 0;
  let sheet = null;

  function add(rules) {
    shown += 1;
    if (shown > 1) return;
    sheet = new CSSStyleSheet();
    sheet.replaceSync(rules);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }

  function remove() {
    shown -= 1;
    if (shown > 0) return;
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
  }

  return function Styles({ styles }) {
    useEffect(() => {
      add(styles);
      return remove;
    }, [styles]);
    return null;
  };
}
