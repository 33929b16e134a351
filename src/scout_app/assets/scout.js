// What is seen before the app is there, and while its server is away: the client itself would spin without a word.
(() => {
  const texts = window.scoutTexts;
  let language = "id";
  try {
    const kept = JSON.parse(localStorage.getItem("flutter.scout.settings"));
    language = JSON.parse(kept).language === "en" ? "en" : "id";
  } catch { /* nothing kept yet */ }
  document.documentElement.lang = language;

  const curtain = document.createElement("div");
  curtain.id = "scout-curtain";
  curtain.setAttribute("role", "status");
  const title = curtain.appendChild(document.createElement("strong"));
  const line = curtain.appendChild(document.createElement("p"));
  const button = curtain.appendChild(document.createElement("button"));
  button.textContent = texts.reload[language];
  button.onclick = () => location.reload();

  let wasOpen = false;
  const draw = (shown) => {
    title.textContent = wasOpen ? texts.away[language] : texts.app[language];
    line.textContent = wasOpen ? texts.safe[language] : texts.loading[language];
    button.hidden = !wasOpen;
    curtain.hidden = !shown;
  };
  draw(true);
  addEventListener("DOMContentLoaded", () => document.body.append(curtain));
  setTimeout(() => { if (!wasOpen) { line.textContent = texts.slow[language]; button.hidden = false; } }, 15000);

  const pause = () => new Promise((resolve) => setTimeout(resolve, 800 + 1500 * Math.random()));
  let alive = false, lost = false;
  // The client cannot go on with a server that has forgotten its session, and does not notice. All that matters is on
  // this device, so the page is loaded anew once the server answers (not by all windows at once), and until then the
  // client's own tries lead nowhere.
  const rejoin = async () => {
    for (let answers = 0; !alive; ) {
      await pause();
      try {
        answers = (await fetch("version.json", { cache: "no-store" })).ok ? answers + 1 : 0;
      } catch {
        answers = 0;
      }
      if (answers === 2 && !alive) return location.reload();
    }
  };

  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(url, ...given) {
      super(lost ? String(url).replace(/ws$/, "gone") : url, ...given);
      // The first message only says who is there; the app is drawn a moment after.
      const met = () => {
        alive = true;
        setTimeout(() => { wasOpen = true; draw(!alive); }, 400);
      };
      this.addEventListener("message", met, { once: true });
      this.addEventListener("close", () => {
        if (!alive) return;
        [alive, lost] = [false, true];
        if (wasOpen) draw(true);
        rejoin();
      });
    }
  };
})();
