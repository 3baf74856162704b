"""Requests calls the two APIs of the bookshop's template."""
import base64

import requests
from checks import check, equal, given, run

SITE = "https://books.example"
catalogue = given["url"] + "/execute-api/CatalogueApi/dev"
orders = given["url"] + "/execute-api/OrdersApi/v1"
MEMBER = {"Authorization": "Bearer member"}
KEY = {"x-key": "open sesame"}


def event(answer):
    equal(answer.status_code, 200)
    return answer.json()["event"]


@check
def a_member_reads_the_catalogue():
    found = event(requests.get(
        catalogue + "/books?genre=a&genre=b&page=2", headers=MEMBER | {"X-Many": "1"}))
    equal(found["resource"], "/books")
    equal(found["path"], "/books")
    equal(found["httpMethod"], "GET")
    equal(found["queryStringParameters"], {"genre": "b", "page": "2"})
    equal(found["multiValueQueryStringParameters"], {"genre": ["a", "b"], "page": ["2"]})
    equal(found["multiValueHeaders"]["X-Many"], ["1"])
    equal(found["stageVariables"], {"edition": "second"})
    equal(found["pathParameters"], None)
    equal(found["requestContext"]["stage"], "dev")
    equal(found["requestContext"]["path"], "/dev/books")
    authorizer = found["requestContext"]["authorizer"]
    equal(authorizer["principalId"], "member-1")
    equal(authorizer["level"], "3")


@check
def a_path_has_its_parameters():
    found = event(requests.get(catalogue + "/books/978%2D0", headers=MEMBER))
    equal(found["resource"], "/books/{isbn}")
    equal(found["pathParameters"], {"isbn": "978-0"})
    found = event(requests.get(catalogue + "/covers/a/b.png"))
    equal(found["pathParameters"], {"file": "a/b.png"})


@check
def a_stranger_is_turned_away_from_the_catalogue():
    answer = requests.get(catalogue + "/books")
    equal((answer.status_code, answer.json()), (401, {"message": "Unauthorized"}))
    answer = requests.get(catalogue + "/books", headers={"Authorization": "Bearer nobody"})
    equal((answer.status_code, answer.json()), (401, {"message": "Unauthorized"}))
    answer = requests.get(catalogue + "/books", headers={"Authorization": "Bearer stranger"})
    equal(answer.status_code, 403)
    assert "is not authorized to access this resource" in answer.json()["Message"].lower()


@check
def the_catalogue_has_no_other_paths():
    for path in ["/nowhere", "/books/1/2", "/"]:
        answer = requests.get(catalogue + path, headers=MEMBER)
        equal((answer.status_code, answer.json()),
              (403, {"message": "Missing Authentication Token"}))
    equal(requests.delete(catalogue + "/books", headers=MEMBER).status_code, 403)


@check
def a_preflight_of_the_catalogue_is_answered():
    answer = requests.options(catalogue + "/books", headers={
        "Origin": SITE, "Access-Control-Request-Method": "GET"})
    equal(answer.status_code, 200)
    equal(answer.headers["Access-Control-Allow-Origin"], SITE)
    equal(answer.headers["Access-Control-Allow-Methods"], "GET,POST,OPTIONS")
    equal(answer.headers["Access-Control-Allow-Headers"], "authorization,content-type")
    equal(answer.headers["Access-Control-Max-Age"], "600")


@check
def an_error_of_a_function_is_a_bad_gateway_of_the_catalogue():
    answer = requests.get(catalogue + "/books/do-error", headers=MEMBER)
    equal((answer.status_code, answer.json()), (502, {"message": "Internal server error"}))


@check
def an_order_is_made_with_a_key():
    answer = requests.post(
        orders + "/orders?a=1&a=2", headers=KEY | {"Content-Type": "image/png", "Cookie": "a=b; c"},
        data=b"\xff\xfe")
    found = event(answer)
    equal(found["version"], "2.0")
    equal(found["routeKey"], "POST /orders")
    equal(found["rawPath"], "/v1/orders")
    equal(found["queryStringParameters"], {"a": "1,2"})
    equal(found["cookies"], ["a=b", "c"])
    equal(found["isBase64Encoded"], True)
    equal(base64.b64decode(found["body"]), b"\xff\xfe")
    equal(found["requestContext"]["stage"], "v1")
    equal(found["requestContext"]["authorizer"], {"lambda": {"who": "friend"}})


@check
def any_method_of_an_order_has_its_path():
    found = event(requests.patch(orders + "/orders/7/lines/1", headers=KEY))
    equal(found["routeKey"], "ANY /orders/{id}/{rest+}")
    equal(found["pathParameters"], {"id": "7", "rest": "lines/1"})


@check
def an_order_needs_the_key():
    answer = requests.post(orders + "/orders")
    equal((answer.status_code, answer.json()), (401, {"message": "Unauthorized"}))
    answer = requests.post(orders + "/orders", headers={"x-key": "open barley"})
    equal((answer.status_code, answer.json()), (403, {"message": "Forbidden"}))


@check
def a_route_may_be_open_and_take_the_older_payload():
    found = event(requests.get(orders + "/status"))
    equal(found["version"], "1.0")
    equal(found["httpMethod"], "GET")


@check
def what_is_not_emulated_lets_pass():
    equal(requests.get(orders + "/audit").status_code, 200)


@check
def a_page_of_the_shop_may_ask_and_another_may_not():
    def preflight(origin):
        return requests.options(orders + "/orders", headers={
            "Origin": origin, "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "x-key"})
    answer = preflight(SITE)
    equal(answer.status_code, 204)
    equal(answer.headers["access-control-allow-origin"], SITE)
    equal(answer.headers["access-control-allow-credentials"], "true")
    assert "access-control-allow-origin" not in preflight("https://other.example").headers
    answer = requests.post(orders + "/orders", headers=KEY | {"Origin": SITE})
    equal(answer.headers["access-control-allow-origin"], SITE)


@check
def the_orders_have_no_other_paths():
    answer = requests.get(orders + "/nowhere", headers=KEY)
    equal((answer.status_code, answer.json()), (404, {"message": "Not Found"}))


@check
def an_error_of_a_function_is_an_error_of_the_orders():
    answer = requests.post(orders + "/orders", headers=KEY, data="do-error")
    equal((answer.status_code, answer.json()), (500, {"message": "Internal Server Error"}))
    assert "Asked" in answer.headers["x-emulator-error"] or "failed" in \
        answer.headers["x-emulator-error"], answer.headers


run()
