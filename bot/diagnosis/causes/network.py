"""Where the call came from and what stood in between: regions, edges, proxies."""

from __future__ import annotations

from bot.diagnosis.cause import Cause, Fix, Fixer, Usual
from bot.diagnosis.envelope.service import GEMINI
from bot.diagnosis.error import ApiError, Shape
from bot.diagnosis.signs import all_of, any_of, commonly, http, matches, names_google, none_of, reason, says

_ME = (Fixer.REQUESTER,)
_NOTHING_SAID = matches(r"\[403 [a-z]*\] ?($|at \S+ \()")
_GOOGLES_PAGE = any_of(
    says("your client does not have permission to get url"),
    says("error 403 (forbidden)!!1"),
    says("your computer or network may be sending automated queries"),
    commonly(matches(r"<title>\s?error 403|error 403 \(forbidden\)", "error 403")),
)
_AGGREGATOR = any_of(
    says("blocked by google ai studio", "blocked by google gemini"), commonly(says("provider returned error"))
)
# A proxy that does not let a tunnel through, in the words of curl, Python, Node and Go.
_TUNNEL = matches(
    r"tunnel connection failed: 40[37]|tunnel failed, response 40[37]|http code 40[37] from proxy"
    r"|proxy response \(40[37]\)|could not be established, statuscode=40[37]|proxy authentication required",
    *("tunnel", "proxy"),
)
# A certificate that nobody vouches for, in the words of OpenSSL, Node, Java, Android, Go, .NET, Rust, Apple,
# browsers and curl.
_UNTRUSTED = matches(
    r"certificate[ _]verify[ _]failed|failed to verify certificate|ssl certificate problem"
    r"|self[\- _]signed[ _]cert|unable[ _]to[ _]get[ _](local[ _])?issuer[ _]cert"
    r"|unable to verify the first certificate|unable_to_verify_leaf_signature"
    r"|pkix path building failed|unable to find valid certification path"
    r"|trust anchor for certification path not found|certificate signed by unknown authority"
    r"|remote certificate is invalid|remotecertificatechainerrors|sec_e_untrusted_root"
    r"|invalid peer certificate|certificate for this server is invalid"
    r"|certificate has expired|cert_has_expired|err_cert_(authority|common_name|date)_invalid",
    *("certif", "cert_has", "_cert", "pkix", "leaf_signature", "untrusted_root"),
)
# Web servers, edges and filters whose pages are not Google's, whatever address they speak of.
_OTHERS_PAGE = all_of(
    lambda error: error.shape is Shape.HTML,
    says(
        *("nginx", "openresty", "apache/", "microsoft-iis", "cloudflare", "cloudfront", "akamai", "vercel"),
        *("squid", "err_access_denied", "zscaler", "fortiguard", "fortinet", "web page blocked"),
        *("web filter", "blue coat", "forcepoint", "sophos", "barracuda", "palo alto", "umbrella"),
        "netskope",
    ),
)


def _empty_body(error: ApiError) -> bool:
    """Google's front end answered without JSON: the old node SDK then has nothing to print after the code."""
    return error.shape is Shape.NODE and _NOTHING_SAID(error)


REGION_UNSUPPORTED = Cause(
    id="region-unsupported",
    title="Google does not offer the Gemini API where the call came from",
    recognise=any_of(
        says("user location is not supported", "location is not supported for the api use"),
        commonly(
            says(
                "not available in your country",
                "not available in your region",
                "not supported in your region",
                "not supported in your country",
            )
        ),
    ),
    explain="Google looks at the address the call leaves from: a VPN, proxy or cloud region elsewhere "
    "counts. In some "
    "countries only the paid tier is offered.",
    fix=Fix("Call from a supported country, use Vertex AI in a region, or link billing to the project."),
    fixers=_ME,
    docs="https://ai.google.dev/gemini-api/docs/available-regions",
    usual=Usual(400, "FAILED_PRECONDITION", None, GEMINI),
    fires_on=(ApiError(400, message="User location is not supported for the API use."),),
)

EDGE_BLOCK_HTML = Cause(
    id="edge-block-html",
    title="Google's front door refused the call before any API saw it",
    recognise=any_of(
        _GOOGLES_PAGE,
        all_of(
            lambda error: error.shape is Shape.HTML,
            http(403),
            matches(r"google|gemini|vertex"),
            none_of(_OTHERS_PAGE),
        ),
        _empty_body,
    ),
    explain="The answer is a web page, not an API error: the network, a proxy or the address of the call "
    "is refused. "
    "The key is not the problem.",
    fix=Fix("Check the URL, then try from another network, without proxy or VPN."),
    fixers=_ME,
    usual=Usual(service=GEMINI, canonical=False),
    fires_on=(
        ApiError(403, message="<title>Error 403 (Forbidden)!!1</title>", shape=Shape.HTML),
        ApiError(
            403, message="Your client does not have permission to get URL /v1beta/models from this server."
        ),
    ),
)

THIRD_PARTY_PROXY = Cause(
    id="third-party-proxy",
    title="A service between you and Google refused the call",
    recognise=any_of(
        _AGGREGATOR,
        all_of(commonly(_TUNNEL, all_of(http(403), _OTHERS_PAGE)), none_of(_GOOGLES_PAGE)),
    ),
    explain="The words are those of an aggregator, a web server or your network's own filter, not of Google.",
    fix=Fix("Ask whoever runs that service or network to let the call through, or call Google directly."),
    fixers=_ME,
    usual=Usual(canonical=False),
    fires_on=(
        ApiError(403, message="Blocked by Google AI Studio"),
        ApiError(403, message="Tunnel connection failed: 403 Forbidden", service=GEMINI),
        ApiError(
            403,
            message="<title>Access Denied</title> gemini <p>squid/5.7</p>",
            shape=Shape.HTML,
            service=GEMINI,
        ),
    ),
)

CERTIFICATE_NOT_TRUSTED = Cause(
    id="certificate-not-trusted",
    title="The program does not trust the certificate that it was shown",
    recognise=all_of(_UNTRUSTED, names_google),
    explain="No call was made. Mostly a company's proxy opens the connection and signs it with a certificate "
    "of its own, which browsers know and the program does not; or the program's list of authorities is "
    "missing, or the machine's clock is wrong.",
    fix=Fix(
        "Give the program your company's root certificate: NODE_EXTRA_CA_CERTS for Node, SSL_CERT_FILE and "
        "REQUESTS_CA_BUNDLE for Python, GRPC_DEFAULT_SSL_ROOTS_FILE_PATH for gRPC, the trust store for Java. "
        "Do not switch the check off: whoever answers would get the key."
    ),
    fixers=_ME,
    docs="https://nodejs.org/api/cli.html#node_extra_ca_certsfile",
    usual=Usual(canonical=False),
    fires_on=(
        ApiError(
            message="request to https://oauth2.googleapis.com/token failed, reason: self-signed certificate "
            "in certificate chain"
        ),
        ApiError(
            message="[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer",
            service=GEMINI,
        ),
    ),
)

MISSING_ORIGIN = Cause(
    id="missing-origin",
    title="Google could not see where the call came from",
    recognise=reason("MISSING_ORIGIN"),
    explain="The call carried no origin that Google could check.",
    fix=Fix("Send an Origin or Referer header, or call from a server."),
    fixers=_ME,
    usual=Usual(403, "PERMISSION_DENIED", "MISSING_ORIGIN"),
    fires_on=(ApiError(403, reason="MISSING_ORIGIN"),),
)

CAUSES = (REGION_UNSUPPORTED, EDGE_BLOCK_HTML, THIRD_PARTY_PROXY, CERTIFICATE_NOT_TRUSTED, MISSING_ORIGIN)
