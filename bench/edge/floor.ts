// A Worker that does nothing: what the runtime and its HTTP cost.

export default {
  async fetch(request: Request): Promise<Response> {
    await request.arrayBuffer();
    return new Response("{}", { headers: { "content-type": "application/json" } });
  },
};
