import { notice } from './dom.js';

async function call(method, path, body) {
  const response = await fetch(`/admin${path}`, { method, body });
  const text = await response.text();
  const answer = text ? JSON.parse(text) : undefined;
  if (!response.ok) throw new Error(answer?.error ?? `${method} ${path}: ${response.status}`);
  return answer;
}

export const get = (path) => call('GET', path);

/** Does something for the user; says so if it fails. Answers whether it went well. */
async function act(method, path, body) {
  try {
    await call(method, path, typeof body === 'string' ? body : body && JSON.stringify(body));
    return true;
  } catch (error) {
    notice(error.message);
    return false;
  }
}

export const post = (path, body) => act('POST', path, body);
export const put = (path, body) => act('PUT', path, body);
export const remove = (path) => act('DELETE', path);
