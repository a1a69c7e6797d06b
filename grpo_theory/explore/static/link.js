// Questions to Python and its answers. Python computes in a process of its own; the page asks again until it is done.

const SETTLED = 90;
const AGAIN = 150;

/**
 * A link over the model's traits `question` and `answer`; `onAnswer(name, answer)` gets every new answer.
 *
 * Every message repeats all that is still open, so that none is lost where messages are merged on their way; Python
 * takes up a question once, by its turn.
 */
export function makeLink(model, onAnswer) {
  const waiting = new Map();
  let turn = Date.now();
  let [timer, polling] = [null, null];
  const send = () => {
    model.set("question", { turn: (turn += 1), asks: Object.fromEntries(waiting) });
    model.save_changes();
  };
  const poll = () => {
    polling = waiting.size ? setTimeout(poll, AGAIN) : null;
    if (waiting.size) send();
  };
  const ask = (name, state) => {
    waiting.set(name, { turn: turn + 1, state });
    send();
    polling ??= setTimeout(poll, AGAIN);
  };
  model.on("change:answer", () => {
    for (const [name, answer] of Object.entries(model.get("answer").of ?? {})) {
      if (answer.turn !== waiting.get(name)?.turn) continue;
      if (answer.done) waiting.delete(name);
      onAnswer(name, answer);
    }
  });
  return {
    /** Ask at once. */
    ask,
    /** Ask once nothing has changed for a moment; what was asked before no longer matters, and its answer is ignored. */
    askSoon: (name, state) => {
      waiting.delete(name);
      clearTimeout(timer);
      timer = setTimeout(() => ask(name, state), SETTLED);
    },
    /** Ask Python to give up a question; its answer then says so. */
    cancel: (name) => {
      const open = waiting.get(name);
      if (open) waiting.set(name, { ...open, cancel: true });
      send();
    },
    close: () => [timer, polling].forEach(clearTimeout),
  };
}
