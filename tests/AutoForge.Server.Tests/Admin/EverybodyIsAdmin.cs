using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace AutoForge.Server.Tests.Admin;

/// <summary>Makes whoever signs in to a node an administrator.</summary>
internal sealed class EverybodyIsAdmin : IClaimsTransformation
{
    public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
    {
        if (principal.Identity is ClaimsIdentity { IsAuthenticated: true } identity && !principal.IsInRole("admin"))
            identity.AddClaim(new Claim("role", "admin"));
        return Task.FromResult(principal);
    }
}
