"""The least a deployed city must do: answer its first page. Run by city.py, which says where."""

import os
import urllib.request

with urllib.request.urlopen(os.environ["CITY_ADDRESS"] + "/", timeout=30) as answer:
    page = answer.read().decode("utf-8")
    assert answer.status == 200, answer.status
    assert answer.headers.get_content_type() == "text/html", answer.headers["content-type"]
    assert "<html" in page, page[:200]
print(f"GET / answered {len(page)} characters")
