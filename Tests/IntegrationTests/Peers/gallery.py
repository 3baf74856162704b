"""Requests calls the function URLs of the gallery's template; boto3 reads its variables."""
import json
import os
import socket
import urllib.parse

import requests
from checks import check, client, equal, given, raises, run

SITE = "https://gallery.example"
pages = given["url"] + "/lambda-url/local-pages"
uploads = given["url"] + "/lambda-url/local-uploads"
api = client("lambda")


def invoke(function, event):
    answer = api.invoke(FunctionName=function, Payload=json.dumps(event).encode())
    body = json.load(answer["Payload"])
    assert "FunctionError" not in answer, body
    return body


@check
def a_page_has_the_status_fields_and_cookies_of_its_prelude():
    answer = requests.get(pages + "/do-site")
    equal((answer.status_code, answer.text), (201, "piece 1;piece 2;piece 3;"))
    equal(answer.headers["x-made-by"], "C")
    equal(answer.raw.headers.getlist("set-cookie"), ["a=1", "b=2"])
    assert "content-length" not in answer.headers


@check
def the_pieces_of_a_page_arrive_one_by_one():
    with requests.get(pages + "/do-site/do-hold", stream=True) as answer:
        equal(answer.raw.read1(), b"piece 1;")
        # Only now the function goes on.
        hold = os.open(given["hold"], os.O_RDWR)
        equal(answer.raw.read(), b"piece 2;piece 3;")
        os.close(hold)


@check
def a_page_that_breaks_off_is_seen_to_be_cut():
    place = urllib.parse.urlsplit(given["url"])
    with socket.create_connection((place.hostname, place.port), 60) as connection:
        connection.sendall(b"GET /lambda-url/local-pages/do-break HTTP/1.1\r\nHost: x\r\n\r\n")
        text = b""
        while piece := connection.recv(4096):
            text += piece
    assert text.startswith(b"HTTP/1.1 200"), text
    assert text.count(b"piece ") == 3 and not text.endswith(b"0\r\n\r\n"), text


@check
def an_answer_in_one_is_a_page_too():
    answer = requests.get(pages + "/a%20b/?x=1&x=2", headers={"Cookie": "a=b"})
    equal(answer.status_code, 200)
    event = answer.json()["event"]
    equal(event["version"], "2.0")
    equal(event["rawPath"], "/a%20b/")
    equal(event["rawQueryString"], "x=1&x=2")
    equal(event["queryStringParameters"], {"x": "1,2"})
    equal(event["cookies"], ["a=b"])
    equal(event["requestContext"]["http"]["method"], "GET")


@check
def a_page_has_an_address_of_its_own():
    place = urllib.parse.urlsplit(given["url"])
    answer = requests.get(given["url"] + "/do-site", headers={
        "Host": f"local-pages.lambda-url.localhost:{place.port}"})
    equal((answer.status_code, answer.text), (201, "piece 1;piece 2;piece 3;"))


@check
def the_site_and_its_administrators_may_read_it_and_others_may_not():
    for origin in [SITE, "https://admin.gallery.example"]:
        answer = requests.options(pages + "/", headers={
            "Origin": origin, "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "x-page"})
        equal(answer.status_code, 200)
        equal(answer.headers["access-control-allow-origin"], origin)
        equal(answer.headers["access-control-allow-credentials"], "true")
        equal(answer.headers["access-control-allow-headers"], "content-type,x-page")
        equal(answer.headers["access-control-max-age"], "600")
        answer = requests.get(pages + "/do-site", headers={"Origin": origin})
        equal(answer.headers["access-control-allow-origin"], origin)
        equal(answer.headers["access-control-expose-headers"], "x-made-by")
    answer = requests.get(pages + "/do-site", headers={"Origin": "https://other.example"})
    assert "access-control-allow-origin" not in answer.headers


@check
def an_upload_is_answered_in_one():
    answer = requests.put(uploads + "/a.jpg", data=b"\xff\xd8", headers={"Content-Type": "image/jpeg"})
    equal(answer.status_code, 200)
    event = answer.json()["event"]
    equal((event["body"], event["isBase64Encoded"]), ("/9g=", True))
    equal(answer.headers["content-type"], "application/json")


@check
def the_variables_are_what_the_template_makes_of_them():
    found = invoke("local-uploads", "do-environment")["environment"]
    expected = {
        "STAGE": "dev", "BUCKET": "pictures-virginia-123456789012", "PAGE_SIZE": "24",
        "FIRST_ORIGIN": SITE, "SECOND_HOST": "admin.gallery.example", "ASSETS": "dev-assets",
        "INDEX": "arn:aws:lambda:us-east-1:123456789012:function:IndexFunction",
        "LINK": "https://localhost/dev/${name}?region=us-east-1",
        "AWS_REGION": "us-east-1", "AWS_LAMBDA_FUNCTION_NAME": "local-uploads",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128", "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_LOG_LEVEL": "DEBUG",
    }
    equal({name: found.get(name) for name in expected}, expected)
    assert "DOMAIN" not in found


@check
def a_function_goes_by_its_alias():
    equal(invoke("local-pages:live", "x")["event"], "x")


@check
def a_function_finds_the_library_and_the_program_of_its_layer():
    equal(invoke("local-pages", "do-layer"), "hello from the layer's library")
    equal(invoke("local-uploads", "do-tool")["tool"], "hello from the layer's program\n")


@check
def the_extension_of_a_layer_is_told_of_each_invocation():
    for function in ["local-pages", "local-uploads"]:
        line = f"{function} INVOKE {invoke(function, {})['requestId']}\n"
        # It may be told after the answer: the test's time limit bounds the wait.
        while True:
            with open(given["witness"], encoding="utf-8") as witness:
                if line in witness.readlines():
                    break


@check
def what_no_source_calls_may_be_invoked():
    event = {"Records": [{"eventSource": "aws:s3", "s3": {"object": {"key": "a.jpg"}}}]}
    equal(invoke("IndexFunction", event)["event"], event)


@check
def what_a_condition_leaves_out_is_not_there():
    raises(api.exceptions.ResourceNotFoundException, api.invoke, FunctionName="MirrorFunction")


run()
