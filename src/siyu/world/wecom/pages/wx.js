// Stands for the scripts that give a page inside WeCom its `wx`: what the page asks goes to the client around it, and comes back.
(() => {
  const waiting = new Map();
  let last = 0;
  let isReady = false;
  const onReady = [];

  addEventListener("message", (event) => {
    if (event.source !== window.parent || event.data?.kind !== "wx-answer") return;
    waiting.get(event.data.id)?.(event.data.answer);
    waiting.delete(event.data.id);
  });

  const ask = (name, given) =>
    new Promise((answered) => {
      last += 1;
      waiting.set(last, answered);
      window.parent.postMessage({ kind: "wx-ask", id: last, name, given }, "*");
    });

  const page = () => location.pathname + location.search;
  const told = (options, answer) => {
    const isOk = String(answer.errMsg ?? answer.err_msg).endsWith(":ok");
    (isOk ? options.success : options.fail)?.(answer);
    options.complete?.(answer);
  };

  window.wx = {
    config: (options) => {
      void ask("config", { ...options, page: page() }).then((answer) => {
        if (!String(answer.errMsg).endsWith(":ok")) return window.wx.failed?.(answer);
        isReady = true;
        for (const each of onReady.splice(0)) each();
      });
    },
    ready: (callback) => (isReady ? callback() : onReady.push(callback)),
    error: (callback) => {
      window.wx.failed = callback;
    },
    agentConfig: (options) => {
      const { success, fail, complete, ...given } = options;
      void ask("agentConfig", { ...given, page: page() }).then((answer) => told({ success, fail, complete }, answer));
    },
    invoke: (name, given, callback) => void ask(name, given).then((answer) => callback?.(answer)),
  };
})();
