"""Asks a gateway questions with the unmodified `openai` client.

Reads {"base_url", "api_key", "requests": [{"question", "model", "stream"}]} from standard input and writes a JSON list
with what came back for each, in order.
"""

import json
import sys

import openai


def ask(client, request):
    arguments = {
        "model": request["model"],
        "messages": [{"role": "user", "content": request["question"]}],
        "stream": request["stream"],
    }
    try:
        response = client.chat.completions.with_raw_response.create(**arguments)
    except openai.APIStatusError as error:
        return {"status": error.status_code, "error": type(error).__name__}
    result = {"status": response.status_code, "cache": response.headers.get("x-sluice-cache")}
    parsed = response.parse()
    if request["stream"]:
        return result | of_stream(parsed)
    return result | of_completion(parsed)


def of_completion(completion):
    choice = completion.choices[0]
    return {
        "type": type(completion).__name__,
        "object": completion.object,
        "id": completion.id,
        "model": completion.model,
        "role": choice.message.role,
        "finish_reason": choice.finish_reason,
        "content": choice.message.content,
        "total_tokens": completion.usage.total_tokens if completion.usage else None,
    }


def of_stream(stream):
    chunks = list(stream)
    choices = [choice for chunk in chunks for choice in chunk.choices]
    return {
        "type": type(chunks[0]).__name__,
        "object": chunks[0].object,
        "id": chunks[0].id,
        "model": chunks[0].model,
        "role": next((choice.delta.role for choice in choices if choice.delta.role), None),
        "finish_reason": next((choice.finish_reason for choice in choices if choice.finish_reason), None),
        "content": "".join(choice.delta.content or "" for choice in choices),
    }


def main():
    order = json.load(sys.stdin)
    client = openai.OpenAI(base_url=order["base_url"], api_key=order["api_key"], max_retries=0, timeout=300)
    json.dump([ask(client, request) for request in order["requests"]], sys.stdout)


main()
