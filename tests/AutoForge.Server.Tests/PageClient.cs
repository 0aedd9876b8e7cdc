using System.Net;
using System.Text.RegularExpressions;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests;

/// <summary>Somebody with a browser: keeps cookies, follows no redirects, and sends forms with what the page has put into them.</summary>
internal sealed partial class PageClient : IDisposable
{
    private readonly HttpClient _http;

    public PageClient(Uri address)
    {
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address };
        _http.DefaultRequestHeaders.Add("Accept", "text/html,application/xhtml+xml");
        _http.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Signs up through the form and so is signed in.</summary>
    public static async Task<PageClient> SignUpAsync(Uri address, string? email = null)
    {
        var client = new PageClient(address);
        using var response = await client.SubmitAsync("/sign-up", "/sign-up", ("email", email ?? $"{Ids.NewText()}@example.com"), ("password", TestServer.Password));
        Assert.Equal((HttpStatusCode.Found, "/dashboard"), (response.StatusCode, response.Headers.Location?.OriginalString));
        return client;
    }

    /// <summary>The same person in a browser.</summary>
    public static async Task<PageClient> SignInAsync(ApiClient caller)
    {
        var client = new PageClient(caller.Http.BaseAddress!);
        using var response = await client.SubmitAsync("/sign-in", "/sign-in", ("email", caller.Email), ("password", ApiClient.Password));
        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        return client;
    }

    public Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(path, Cancelled);

    /// <summary>The text of a page that must be there, entities decoded.</summary>
    public async Task<string> TextAsync(string path)
    {
        using var response = await GetAsync(path);
        Assert.Equal((HttpStatusCode.OK, "text/html"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        return WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(Cancelled));
    }

    /// <summary>Loads a page and sends one of its forms, as it stands but for <paramref name="typed"/>.</summary>
    /// <param name="action">Where the form goes.</param>
    public async Task<HttpResponseMessage> SubmitAsync(string page, string action, params (string Name, string Value)[] typed) =>
        await SubmitFromAsync(await _http.GetStringAsync(page, Cancelled), action, typed);

    /// <summary>Sends one of the forms of a page that was loaded before.</summary>
    public async Task<HttpResponseMessage> SubmitFromAsync(string html, string action, params (string Name, string Value)[] typed)
    {
        var form = Forms().Matches(html).Select(match => match.Value).First(form => form.Contains($"action=\"{action}\"", StringComparison.Ordinal));
        var fields = Hidden().Matches(form).ToDictionary(match => match.Groups[1].Value, match => WebUtility.HtmlDecode(match.Groups[2].Value));
        foreach (var (name, value) in typed)
            fields[name] = value;
        return await PostAsync(action.Split('#')[0], fields);
    }

    public Task<HttpResponseMessage> PostAsync(string path, IReadOnlyDictionary<string, string> fields) =>
        _http.PostAsync(path, new FormUrlEncodedContent(fields), Cancelled);

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("<form .*?</form>", RegexOptions.Singleline)]
    private static partial Regex Forms();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"")]
    private static partial Regex Hidden();
}
