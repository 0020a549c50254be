import { post } from './api.js';
import { clock, el, onChange } from './dom.js';

function message(line) {
  return el('div', { className: line.fromMe ? 'message own' : 'message' },
    line.text ?? `[${line.type}]`, el('time', {}, clock(line.t)));
}

/** Chats of the selected phone, with a line to write from it. */
export class Chats {
  constructor(pn) {
    this.pn = pn;
    this.chosen = undefined;
    this.list = el('ul', { 'aria-label': 'Chats' });
    this.messages = el('div', { className: 'messages', role: 'log', tabIndex: 0, 'aria-label': 'Messages' });
    this.to = el('input', { name: 'to', className: 'to', placeholder: 'To number', required: true, 'aria-label': 'To' });
    const text = el('input', { name: 'text', placeholder: 'Write from this phone', required: true, autocomplete: 'off', 'aria-label': 'Text' });
    const form = el('form', {
      className: 'compose',
      onsubmit: async (event) => {
        event.preventDefault();
        const body = { to: this.to.value, text: text.value };
        if (await post(`/phones/${pn}/messages`, body)) text.value = '';
      },
    }, this.to, text, el('button', {}, 'Send'));
    this.root = el('div', {}, el('div', { className: 'chats' }, this.list, this.messages), form);
    this.show = onChange((data) => this.draw(data));
  }

  choose(chat) {
    this.chosen = chat;
    this.to.value = chat;
    this.draw(this.data);
  }

  draw(data) {
    this.data = data;
    const chosen = data.find(({ chat }) => chat === this.chosen) ?? data[0];
    this.list.replaceChildren(...data.map(({ chat, name, messages }) => el('li', {}, el('button', {
      type: 'button',
      className: 'account',
      'aria-current': String(chat === chosen.chat),
      onclick: () => this.choose(chat),
    }, el('span', {}, name ?? chat), el('span', { className: 'tag' }, String(messages.length))))));
    this.messages.replaceChildren(...(chosen?.messages ?? []).map(message));
    if (!data.length) this.messages.append(el('p', { className: 'dim' }, 'Nothing has been written yet.'));
    this.messages.scrollTop = this.messages.scrollHeight;
    if (chosen && !this.to.value) this.to.value = chosen.chat;
  }
}
