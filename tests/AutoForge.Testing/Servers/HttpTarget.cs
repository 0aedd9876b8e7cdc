using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AutoForge.Testing.Servers;

/// <summary>A real web server on a loopback port that records every request and answers as told, by default 200 with <c>{}</c>.</summary>
public sealed class HttpTarget : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<RequestDelegate> _script = new();
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();
    private readonly ConcurrentDictionary<string, RequestDelegate> _paths = new();

    private HttpTarget()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>Everything that arrived, in order.</summary>
    public IReadOnlyList<RecordedRequest> Requests => [.. _requests];

    /// <summary>The loopback port it listens on.</summary>
    public int Port { get; private set; }

    public static async Task<HttpTarget> StartAsync()
    {
        var target = new HttpTarget();
        await target._app.StartAsync();
        target.Port = new Uri(target._app.Urls.Single()).Port;
        return target;
    }

    /// <summary>The address of a path, by default under the name <c>localhost</c>.</summary>
    public string Url(string path = "/", string host = "localhost") => $"http://{host}:{Port}{path}";

    /// <summary>Answers the next request that no path has an answer for.</summary>
    public HttpTarget Next(int status, string body = "", string? contentType = null, params (string Name, string Value)[] headers) =>
        Next(Answer(status, body, contentType, headers));

    /// <inheritdoc cref="Next(int, string, string?, ValueTuple{string, string}[])"/>
    public HttpTarget Next(RequestDelegate answer)
    {
        _script.Enqueue(answer);
        return this;
    }

    /// <summary>Answers every request to a path.</summary>
    public HttpTarget On(string path, RequestDelegate answer)
    {
        _paths[path] = answer;
        return this;
    }

    /// <summary>Redirects every request to a path.</summary>
    public HttpTarget OnRedirect(string path, int status, string location) =>
        On(path, Answer(status, "", null, [("Location", location)]));

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        _requests.Enqueue(new RecordedRequest(
            context.Request.Method,
            context.Request.Path + context.Request.QueryString.Value,
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await reader.ReadToEndAsync()));
        var answer = _paths.TryGetValue(context.Request.Path.Value ?? "", out var forPath) ? forPath
            : _script.TryDequeue(out var next) ? next
            : Answer(200, "{}", "application/json", []);
        await answer(context);
    }

    private static RequestDelegate Answer(int status, string body, string? contentType, (string Name, string Value)[] headers) => async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        foreach (var (name, value) in headers)
            context.Response.Headers.Append(name, value);
        if (body.Length > 0)
            await context.Response.WriteAsync(body);
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

/// <summary>What a request looked like on arrival.</summary>
public sealed record RecordedRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
