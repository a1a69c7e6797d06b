"""Questions and answers on the page's side: nothing is lost where messages merge, and nothing stale is shown."""

import base64
from typing import Any

from grpo_theory.explore import script

MODULE = script().replace("export default $main.default;", "export { $link };")
PLAY = """async (source) => {
  const { $link } = await import(source);
  const values = {};
  let heard = () => {};
  const set = (name, value) => { values[name] = value; };
  const on = (name, listen) => { heard = listen; };
  const model = { get: (name) => values[name], set, on, save_changes: () => {} };
  const shown = [];
  const link = $link.makeLink(model, (name, answer) => shown.push([name, answer.says]));
  const reply = (name, turn, says, done) => {
    values.answer = { turn, of: { [name]: { turn, says, done } } };
    heard();
  };
  link.ask("bound", { beta: "1" });
  link.ask("panels", { beta: "1" });
  const both = Object.keys(values.question.asks).sort();
  const old = values.question.asks.panels.turn;
  link.askSoon("panels", { beta: "2" });
  reply("panels", old, "stale", true);
  await new Promise((done) => setTimeout(done, 200));
  const fresh = values.question.asks.panels;
  reply("panels", old, "stale again", true);
  reply("panels", fresh.turn, "fresh", true);
  link.cancel("bound");
  const cancelled = values.question.asks.bound.cancel;
  link.close();
  return { both, shown, beta: fresh.state.beta, cancelled };
}"""


def test_a_stale_answer_is_never_shown_and_no_question_is_lost(browser: Any) -> None:
    page = browser.new_page()
    source = "data:text/javascript;base64," + base64.b64encode(MODULE.encode()).decode()
    seen = page.evaluate(PLAY, source)
    page.close()
    assert seen == {"both": ["bound", "panels"], "shown": [["panels", "fresh"]], "beta": "2", "cancelled": True}
