// Questions to Python and its answers. Python computes in a process of its own; the page asks again until it is done.

const SETTLED = 90;
const AGAIN = 150;

/** A link over the model's traits `question` and `answer`; `onAnswer(name, answer)` gets every new answer. */
export function makeLink(model, onAnswer) {
  let [count, timer, polling] = [0, null, null];
  const waiting = new Map();
  const send = (question) => {
    model.set("question", { ...question, turn: (count += 1) });
    model.save_changes();
  };
  const poll = () => {
    polling = null;
    if (!waiting.size) return;
    send({ poll: [...waiting.keys()] });
    polling = setTimeout(poll, AGAIN);
  };
  const ask = (name, state) => {
    waiting.set(name, count + 1);
    send({ ask: name, state });
    polling ??= setTimeout(poll, AGAIN);
  };
  model.on("change:answer", () => {
    for (const [name, answer] of Object.entries(model.get("answer") ?? {})) {
      if (answer.turn < (waiting.get(name) ?? 0)) continue;
      if (answer.done) waiting.delete(name);
      onAnswer(name, answer);
    }
  });
  return {
    /** Ask at once. */
    ask,
    /** Ask once nothing has changed for a moment. */
    askSoon: (name, state) => {
      clearTimeout(timer);
      timer = setTimeout(() => ask(name, state), SETTLED);
    },
    cancel: (name) => send({ cancel: name }),
    close: () => [timer, polling].forEach(clearTimeout),
  };
}
